// What takes long to compute of a run, made in pieces and kept with it: a page does other things
// between them, and whoever needs all of it at once has the rest made.

/** @template Made, Subject, Choice
 * @param {(subject: Subject, choice: Choice) => Generator<void, Made>} make yields between its pieces
 * @param {(subject: Subject) => object} [holder] what it is kept with */
export function inPieces(make, holder = (subject) => /** @type {object} */ (subject)) {
  /** @typedef {{ pieces: Generator<void, Made>, made?: { value: Made } }} Work */
  /** @type {WeakMap<object, Map<string, Work>>} */
  const known = new WeakMap();

  // One piece more; whether all is made.
  /** @param {Work} work */
  function advanced(work) {
    if (work.made) return true;
    const { done, value } = work.pieces.next();
    if (done) work.made = { value: /** @type {Made} */ (value) };
    return Boolean(done);
  }

  /** @param {Subject} subject @param {Choice} choice */
  function workOf(subject, choice) {
    const key = holder(subject), word = JSON.stringify(choice) ?? "", every = known.get(key) ?? new Map();
    if (!every.has(word)) every.set(word, { pieces: make(subject, choice) });
    known.set(key, every);
    return every.get(word);
  }

  return {
    /** @param {Subject} subject @param {Choice} choice @returns {Made} */
    all(subject, choice) {
      const work = workOf(subject, choice);
      while (!advanced(work));
      return work.made.value;
    },
    /** @param {Subject} subject @param {Choice} choice @returns {Generator<void>} */
    *some(subject, choice) {
      const work = workOf(subject, choice);
      while (!advanced(work)) yield;
    },
  };
}
