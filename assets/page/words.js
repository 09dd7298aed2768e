// Words of others: as much of them as a sentence bears.

/** @param {string} word */
export const cut = (word) => (word.length > 40 ? `${word.slice(0, 40)}…` : word);

// A sentence with **bold** words.
/** @param {string} text */
export const bold = (text) => text.split("**").map((part, at) => {
  if (at % 2 === 0) return part;
  const strong = document.createElement("strong");
  strong.textContent = part;
  return strong;
});
