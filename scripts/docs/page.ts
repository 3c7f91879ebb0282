/** One page of the docs as it should be. */
export interface Page {
  readonly path: string
  readonly text: string
}
