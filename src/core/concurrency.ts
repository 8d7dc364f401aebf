import pLimit from 'p-limit';

export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `n` pieces of work at once. */
export function limit(n: number): Limit {
  const run = pLimit(n);
  return (work) => run(work);
}

/** Work under way for a key is joined, not started again. Settled work, good or bad, is forgotten. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const flying = this.#flights.get(key);
    if (flying) return flying;
    const flight = work().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}
