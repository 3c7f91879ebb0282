import type { Failures } from '../failures.js'
import { type DirectoryNode, directory, textFile } from '../node.js'

/** Why something failed, in more words than an error number has. */
export function errorsDirectory(failures: Failures): DirectoryNode {
  const changedAt = () => (failures.last === undefined ? 0 : Date.parse(failures.last.at))
  return directory({
    'last.json': textFile(() => `${JSON.stringify(failures.last ?? null)}\n`, changedAt),
    'log.jsonl': textFile(
      () => failures.all.map((failure) => `${JSON.stringify(failure)}\n`).join(''),
      changedAt,
    ),
  })
}
