import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type InputValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  print,
} from 'graphql'

const cell = (text: string | undefined) => (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim()

function directivesOf(nodes: readonly ConstDirectiveNode[] | undefined): string {
  return (nodes ?? []).map((node) => ` ${print(node)}`).join('')
}

function inputOf(node: InputValueDefinitionNode): string {
  const fallback = node.defaultValue === undefined ? '' : ` = ${print(node.defaultValue)}`
  return `${node.name.value}: ${print(node.type)}${fallback}`
}

function fieldRow(node: FieldDefinitionNode): string {
  const args = (node.arguments ?? []).map(inputOf).join(', ')
  const name = args === '' ? node.name.value : `${node.name.value}(${args})`
  return `| \`${name}\` | \`${print(node.type)}\` | ${cell(node.description?.value)} |`
}

function inputRow(node: InputValueDefinitionNode): string {
  const fallback = node.defaultValue === undefined ? '' : ` = ${print(node.defaultValue)}`
  return `| \`${node.name.value}\` | \`${print(node.type)}${fallback}\` | ${cell(node.description?.value)} |`
}

const FIELDS_HEAD = ['', '| field | type | |', '| --- | --- | --- |']

/** One definition as markdown lines; nothing for what is federation's own. */
function renderDefinition(node: DefinitionNode): string[] {
  const described = (text: string | undefined) => (text === undefined ? [] : ['', cell(text)])
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const heading = `### ${node.name.value}${directivesOf(node.directives)}`
      return [
        heading,
        ...described(node.description?.value),
        ...FIELDS_HEAD,
        ...(node.fields ?? []).map(fieldRow),
      ]
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const heading = `### input ${node.name.value}`
      return [
        heading,
        ...described(node.description?.value),
        ...FIELDS_HEAD,
        ...(node.fields ?? []).map(inputRow),
      ]
    }
    case Kind.ENUM_TYPE_DEFINITION: {
      const values = (node.values ?? []).map((value) => `\`${value.name.value}\``).join(' · ')
      return [`### enum ${node.name.value}`, ...described(node.description?.value), '', values]
    }
    case Kind.UNION_TYPE_DEFINITION: {
      const members = (node.types ?? []).map((type) => `\`${type.name.value}\``).join(' · ')
      return [`### union ${node.name.value}`, ...described(node.description?.value), '', members]
    }
    case Kind.SCALAR_TYPE_DEFINITION:
      return [`### scalar ${node.name.value}`, ...described(node.description?.value)]
    default:
      return []
  }
}

/** docs/reference/schema.md: each subgraph's types, fields and descriptions, in the order of the SDL. */
export function renderSchema(subgraphs: readonly { name: string; path: string; sdl: string }[]): string {
  const chapters = subgraphs.map(({ name, path, sdl }) => {
    const parts = parse(sdl).definitions.map(renderDefinition)
    const body = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
    return [`## ${name}`, `From [\`${path}\`](../../${path}).`, ...body].join('\n\n')
  })
  const head = `# Schema

The graph is composed of ${subgraphs.length} subgraphs. A type with the same \`@key\` in several of them is one entity; its fields
are fetched from wherever they live. \`npm run docs\` writes this page from the SDL.`
  return `${[head, ...chapters].join('\n\n')}\n`
}
