/** Both languages at once: what the person reads first, and beneath it the other. */
import { person, type Language } from '../state/person.svelte';
import { namedIn, sayIn, type Word } from '../words';

export interface Spoken {
  language: Language;
  text: string;
}

/** In the language of the person, then in the other. */
export function inBoth(speak: (language: Language) => string): readonly [Spoken, Spoken] {
  const first = person.language;
  const second: Language = first === 'zh' ? 'en' : 'zh';
  return [
    { language: first, text: speak(first) },
    { language: second, text: speak(second) },
  ];
}

export function sayBoth(word: Word, values: Record<string, string | number> = {}): readonly [Spoken, Spoken] {
  return inBoth((language) => sayIn(language, word, values));
}

export function nameBoth(name: { zh?: string | null; en?: string | null } | null | undefined, otherwise = ''): readonly [Spoken, Spoken] {
  return inBoth((language) => namedIn(language, name, otherwise));
}

/** How a browser is told which language a text has. */
export function tagOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en';
}
