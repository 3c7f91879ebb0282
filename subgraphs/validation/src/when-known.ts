/** Goes on with a value: at once when it is there, when it comes otherwise. What answers at once costs no turn of the event loop. */
export function whenKnown<T, R>(value: T | Promise<T>, goOn: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}
