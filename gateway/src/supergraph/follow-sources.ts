import type { Log } from '../scope.js'
import type { Source } from './source.js'

/**
 * Calls `reload` whenever one of the sources changed. What cannot be used is logged, once for each reason, and asked for
 * again with the next change.
 */
export function followSources(
  sources: readonly Pick<Source<unknown>, 'watch'>[],
  reload: () => Promise<void>,
  log: Log,
): Disposable {
  const changed = () => {
    reload().then(
      () => log('the supergraph was replaced', {}),
      (cause: unknown) =>
        log('a supergraph was refused; the old one is kept', {
          reason: cause instanceof Error ? cause.message : String(cause),
        }),
    )
  }
  const watching = sources.map((source) => source.watch(changed))
  return {
    [Symbol.dispose]() {
      for (const one of watching) one[Symbol.dispose]()
    },
  }
}
