/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP. Further ones are ignored: a terminal sends Ctrl-C to everybody, and
 * whoever started us may pass it on as well.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
}

/** Resolves when the process at the other end of our stdin ended. */
export function untilParentEnds(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin
      .on('end', () => resolve())
      .on('error', () => resolve())
      .resume()
  })
}
