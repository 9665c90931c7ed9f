/** The hash on a passport's paper: it opens that passport, and no other, for whoever holds it. */
export const DIGEST = /^[0-9a-f]{64}$/;
