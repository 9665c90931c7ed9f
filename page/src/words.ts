/** Every word that the page says, in both languages: `say` picks the person's. */
import { person, type Language } from './state/person.svelte';
import { catalogue } from './words/catalogue';
import { accounts } from './words/accounts';
import { charts } from './words/charts';
import { energy } from './words/energy';
import { green } from './words/green';
import { grid } from './words/grid';
import { hall } from './words/hall';
import { jobs } from './words/jobs';
import { money } from './words/money';
import { park } from './words/park';
import { passport } from './words/passport';
import { plan } from './words/plan';
import { shell } from './words/shell';

/** A word in Chinese and in English; `{name}` stands for a value. */
export type Both = readonly [zh: string, en: string];

export const WORDS = {
  ...shell, ...accounts, ...charts, ...energy, ...money, ...park, ...jobs, ...grid, ...plan, ...green, ...passport, ...catalogue,
  ...hall,
} as const satisfies Record<string, Both>;
export type Word = keyof typeof WORDS;

export function say(word: Word, values: Record<string, string | number> = {}): string {
  return sayIn(person.language, word, values);
}

export function sayIn(language: Language, word: Word, values: Record<string, string | number> = {}): string {
  const text: string = WORDS[word][language === 'zh' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Returns a name in the person's language, else in the other one, else what stands for it. */
export function named(name: { zh?: string | null; en?: string | null } | null | undefined, otherwise = ''): string {
  return namedIn(person.language, name, otherwise);
}

export function namedIn(
  language: Language,
  name: { zh?: string | null; en?: string | null } | null | undefined,
  otherwise = '',
): string {
  const [first, second] = language === 'zh' ? [name?.zh, name?.en] : [name?.en, name?.zh];
  return first || second || otherwise;
}

export function isWord(text: string): text is Word {
  return Object.hasOwn(WORDS, text);
}

/** Says a word whose last part comes from the data, such as a kind; the part itself where there is no word for it. */
export function sayPart(group: string, part: string): string {
  const word = `${group}.${part}`;
  return isWord(word) ? say(word) : part;
}

/** The name of a currency within a unit, as the language's engineers write it. */
export function currencyOf(code: string | null | undefined): string {
  return code ? sayPart('currency', code) : '';
}

/** A unit that may begin with a currency, such as CNY/t. */
export function unitOf(unit: string): string {
  const [first = '', ...rest] = unit.split('/');
  return [currencyOf(first), ...rest].join('/');
}

/** The same in both languages. */
export function bothParts(group: string, part: string): readonly string[] {
  const word = `${group}.${part}`;
  return isWord(word) ? WORDS[word] : [part];
}
