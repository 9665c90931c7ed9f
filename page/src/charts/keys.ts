/** One entry of a legend; it can be switched off. */
export interface Key {
  id: string;
  label: string;
  /** Name of a token. */
  tone: string;
  shape: 'area' | 'line' | 'dashed';
}
