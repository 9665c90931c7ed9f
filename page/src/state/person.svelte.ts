/** Who looks: language and theme. Both stand in the address, and this browser remembers them. */

export type Language = 'zh' | 'en';
export type Theme = 'system' | 'light' | 'dark';

const LANGUAGES: readonly Language[] = ['zh', 'en'];
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`holin.${name}`);
  } catch {
    return null; // a browser may forbid it
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`holin.${name}`, value);
  } catch {
    // then the next visit starts anew
  }
}

export function languageOf(text: string | null): Language | null {
  return LANGUAGES.find((known) => known === text) ?? null;
}

export function themeOf(text: string | null): Theme | null {
  return THEMES.find((known) => known === text) ?? null;
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const still = window.matchMedia('(prefers-reduced-motion: reduce)');

class Person {
  language: Language = $state(
    languageOf(remembered('language')) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  );
  theme: Theme = $state(themeOf(remembered('theme')) ?? 'system');
  /** Whether the server lets this person have things worked out; it refuses whom it does not. */
  mayAsk = $state(true);
  #systemDark = $state(dark.matches);
  /** Whether the person has asked for less motion. */
  still = $state(still.matches);

  /** Whether what is shown is on its way to paper: then it is light, and nothing moves. */
  paper = $state(false);

  /** On a screen of the hall it is dark, if nobody has said otherwise. */
  hall = $state(false);

  constructor() {
    dark.addEventListener('change', () => (this.#systemDark = dark.matches));
    still.addEventListener('change', () => (this.still = still.matches));
  }

  get shown(): 'light' | 'dark' {
    if (this.paper) return 'light';
    if (this.theme !== 'system') return this.theme;
    return this.hall || this.#systemDark ? 'dark' : 'light';
  }

  /** Dots of a canvas per px: paper shows finer ones than a screen. */
  get density(): number {
    return this.paper ? 3 : window.devicePixelRatio || 1;
  }

  keep(): void {
    remember('language', this.language);
    remember('theme', this.theme);
  }
}

export const person = new Person();
