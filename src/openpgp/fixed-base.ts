/** A set with one operation, written as addition. */
export interface Group<T> {
  readonly identity: T;
  add(a: T, b: T): T;
}

/** Multiples of one element by ever new factors: a table made once stands in for all doubling. */
export class FixedBase<T> {
  readonly #group: Group<T>;
  /** Row i has the multiples of 16^i, 0 to 15 of it. */
  readonly #rows: (readonly T[])[] = [];

  /** @param bits how long the factors may be */
  constructor(group: Group<T>, base: T, bits: number) {
    this.#group = group;
    let step = base;
    for (let at = 0; at < bits; at += 4) {
      const row = [group.identity];
      let next = step;
      for (let i = 1; i < 16; i++, next = group.add(next, step)) row.push(next);
      this.#rows.push(row);
      step = next;
    }
  }

  times(factor: bigint): T {
    let sum = this.#group.identity;
    let row = this.#rows.length;
    for (const digit of factor.toString(16).padStart(row, '0')) {
      const multiple = this.#rows[--row]?.[parseInt(digit, 16)];
      if (digit !== '0' && multiple !== undefined) sum = this.#group.add(sum, multiple);
    }
    return sum;
  }
}
