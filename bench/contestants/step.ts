/** Does some work and tells how much, in the unit of its kind. */
export type Step = () => number | Promise<number>;
