/** Something that is read, and read again when it changes. */
export interface Source<Value> {
  /** The value as it is now. Rejects with what is wrong with it. */
  read(): Promise<Value>
  /** Calls `changed` whenever {@link read} may give something else, until it is disposed. */
  watch(changed: () => void): Disposable
}

/** A value that never changes. */
export function constant<Value>(value: Value): Source<Value> {
  return { read: () => Promise.resolve(value), watch: () => ({ [Symbol.dispose]: () => undefined }) }
}

/** A source whose value is made of another's. */
export function mapped<From, To>(source: Source<From>, make: (value: From) => To): Source<To> {
  return { read: async () => make(await source.read()), watch: (changed) => source.watch(changed) }
}
