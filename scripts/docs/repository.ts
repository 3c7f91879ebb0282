import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A view of the repository that the checks read; tests hand them one that is made up. */
export interface Repository {
  /** Every file that git knows or would add, relative to the root, sorted. */
  readonly files: readonly string[]
  /** Throws when there is no such file. */
  read(path: string): string
  /** Whether a file or folder of that name exists. */
  has(path: string): boolean
}

/** The working tree as it is on disk. */
export function openRepository(root = ROOT): Repository {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const files = listed
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .sort()
  return {
    files,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => existsSync(join(root, path)),
  }
}
