import type { Repository } from '../docs/repository.js'

/** A repository that exists only as texts. Folders exist when a file in them does. */
export function repositoryOf(texts: Readonly<Record<string, string>>): Repository {
  const files = Object.keys(texts).sort()
  return {
    files,
    read: (path) => {
      const text = texts[path]
      if (text === undefined) throw new Error(`there is no ${path}`)
      return text
    },
    has: (path) => files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)),
  }
}
