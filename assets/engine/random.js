// NumPy's RandomState, number for number: the Mersenne Twister and what is drawn from it.
// Matsumoto & Nishimura 1998; numpy/random/src/mt19937 and legacy-distributions.c.

const SIZE = 624, MIDDLE = 397;

export class RandomState {
  /** @param {number} seed a whole number from 0 to 2^32 - 1 */
  constructor(seed) {
    this.state = new Uint32Array(SIZE);
    this.state[0] = seed;
    for (let at = 1; at < SIZE; at++) {
      const before = this.state[at - 1] ^ (this.state[at - 1] >>> 30);
      this.state[at] = Math.imul(before, 1812433253) + at;
    }
    this.at = SIZE;
    /** @type {number | null} the second of a pair of Gaussian numbers */
    this.spare = null;
  }

  // 32 random bits.
  bits() {
    const { state } = this;
    if (this.at === SIZE) {
      for (let at = 0; at < SIZE; at++) {
        const both = (state[at] & 0x80000000) | (state[(at + 1) % SIZE] & 0x7fffffff);
        state[at] = state[(at + MIDDLE) % SIZE] ^ (both >>> 1) ^ (both & 1 ? 0x9908b0df : 0);
      }
      this.at = 0;
    }
    let word = state[this.at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  // 53 random bits, as a number from 0 to 1.
  fraction() {
    const high = this.bits() >>> 5, low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  // A standard normal number: Marsaglia's polar method, two at a time, the second first.
  gaussian() {
    if (this.spare !== null) {
      const kept = this.spare;
      this.spare = null;
      return kept;
    }
    for (;;) {
      const u = 2 * this.fraction() - 1, v = 2 * this.fraction() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = scale * u;
      return scale * v;
    }
  }

  /** @param {number} count */
  gaussians(count) {
    const values = new Float64Array(count);
    for (let at = 0; at < count; at++) values[at] = this.gaussian();
    return values;
  }

  /** @param {number} low @param {number} high @param {number} count */
  uniform(low, high, count) {
    const values = new Float64Array(count);
    for (let at = 0; at < count; at++) values[at] = low + (high - low) * this.fraction();
    return values;
  }

  // Whole numbers from 0 to below - 1: bits beyond the largest are thrown away and drawn again.
  /** @param {number} below @param {number} count */
  integers(below, count) {
    const mask = 2 ** Math.ceil(Math.log2(below)) - 1;
    return Int32Array.from({ length: count }, () => {
      for (;;) {
        const word = (this.bits() & mask) >>> 0;
        if (word < below) return word;
      }
    });
  }
}
