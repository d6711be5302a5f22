/** Something that is made when it is first asked for, and then kept. */

export class Lazy<T> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** Makes it at the first call; later calls get the same, a failure too. */
  get(): Promise<T> {
    this.#made ??= this.#make();
    return this.#made;
  }

  /** What was made so far, without making it. */
  get made(): Promise<T> | undefined {
    return this.#made;
  }
}
