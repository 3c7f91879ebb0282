/** Something that a part counts for itself, as /metrics shows it. */
export interface Counted {
  /** The name of the Prometheus counter: ends with `_total`. */
  readonly name: string
  readonly help: string
  /** The one label that its series differ in; undefined when there is but one. Its values are a small, fixed set. */
  readonly label: string | undefined
  /** The counts by the label's value ('' when there is no label). */
  readonly read: () => Readonly<Record<string, number>>
}
