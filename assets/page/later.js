// Work that can wait until the page has drawn what was asked for: in pieces, one task after another.
// Newer work takes the place of older.

/** @typedef {{ due: () => boolean, work: () => Iterator<void> }} Task the work ends, or yields between its pieces */

const LEFT = 3; // milliseconds of an idle moment in which nothing more is begun
const LATEST = 400; // milliseconds after which a piece is done even if the page is busy

/** @type {(work: (moment: { timeRemaining: () => number }) => void) => void} */
const idle = "requestIdleCallback" in globalThis
  ? (work) => void requestIdleCallback(work, { timeout: LATEST })
  : (work) => void setTimeout(() => work({ timeRemaining: () => 0 }));

export class Later {
  /** @type {Task[]} */
  tasks = [];
  /** @type {{ task: Task, pieces: Iterator<void> } | null} */
  begun = null;
  waits = false;

  /** @param {(busy: boolean) => void} busy is told whether something is due */
  constructor(busy) {
    this.busy = busy;
  }

  /** @param {Task[]} tasks in place of all others */
  begin(tasks) {
    [this.tasks, this.begun] = [tasks, null];
    this.wake();
  }

  // Something may have become due.
  wake() {
    const due = Boolean(this.next());
    this.busy(due);
    if (!due || this.waits) return;
    this.waits = true;
    idle((moment) => this.go(moment));
  }

  next() {
    return this.tasks.find((task) => task.due());
  }

  /** @param {{ timeRemaining: () => number }} moment */
  go(moment) {
    this.waits = false;
    do {
      const task = this.next();
      if (!task) break;
      if (this.begun?.task !== task) this.begun = { task, pieces: task.work() };
      if (this.begun.pieces.next().done) this.tasks = this.tasks.filter((one) => one !== task);
    } while (moment.timeRemaining() > LEFT);
    this.wake();
  }
}
