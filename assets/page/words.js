// Words of others: as much of them as a sentence bears.

/** @param {string} word */
export const cut = (word) => (word.length > 40 ? `${word.slice(0, 40)}…` : word);
