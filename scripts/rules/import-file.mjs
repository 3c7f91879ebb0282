import { existsSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { onImport, packageOf, placeOf } from './place.mjs'

/** Relative imports name a file, never a folder or a barrel, and stay in their package. */
export const importFile = {
  create(context) {
    const place = placeOf(context)
    return onImport((source, node) => {
      if (!source.startsWith('.')) return
      const bare = source.replace(/\?.*$/, '')
      const target = resolve(dirname(context.filename), bare)
      if (packageOf(relative(context.cwd, `${target}/x`).replaceAll('\\', '/')) !== packageOf(place)) {
        context.report({
          node,
          message: `"${source}" leaves the package. Import @lighthouse/<package>/<file> instead.`,
        })
        return
      }
      const isFolder = existsSync(target) && statSync(target).isDirectory()
      if (isFolder || /(^|\/)index(\.[mc]?[jt]sx?)?$/.test(bare)) {
        context.report({
          node,
          message: `"${source}" is a folder. Import the file that holds what you need.`,
        })
      }
    })
  },
}
