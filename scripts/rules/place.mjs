/** Where a file stands: its path from the repository's root with `/`, whatever the machine writes. */
export function placeOf(context) {
  const root = context.cwd.replaceAll('\\', '/')
  const file = context.filename.replaceAll('\\', '/')
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file
}

/** The folder of the package that a path belongs to: `gateway`, `subgraphs/events`; '' for the root itself. */
export function packageOf(place) {
  const [first, second, third] = place.split('/')
  if (second === undefined) return ''
  if (first === 'subgraphs') return third === undefined ? '' : `subgraphs/${second}`
  return first
}

/** Whether a path is test, bench or e2e code: it drives the product from outside and never ships. */
export function isOutside(place) {
  return /(^|\/)(test|bench|e2e|chaos)\//.test(place) || /\.config\.[mc]?[jt]s$/.test(place)
}

/** A visitor that calls `see(source, node)` for every static, dynamic or re-exporting import of a module. */
export function onImport(see) {
  const literal = (node) => {
    if (node.source?.type === 'Literal' && typeof node.source.value === 'string')
      see(node.source.value, node.source)
  }
  return {
    ImportDeclaration: literal,
    ExportNamedDeclaration: literal,
    ExportAllDeclaration: literal,
    ImportExpression: literal,
  }
}

/** A visitor that calls `see(text, node)` for every string and every piece of template text. */
export function onText(see) {
  return {
    Literal: (node) => {
      if (typeof node.value === 'string') see(node.value, node)
    },
    TemplateElement: (node) => see(node.value.raw, node),
  }
}
