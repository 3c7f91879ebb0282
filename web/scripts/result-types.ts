import {
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'

const SCALARS: Readonly<Record<string, string>> = {
  Int: 'number',
  Float: 'number',
  SafeInt: 'number',
  String: 'string',
  ID: 'string',
  DateTime: 'string',
  Duration: 'string',
  Boolean: 'boolean',
  JSON: 'unknown',
}

function leaf(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name)
  if (isEnumType(type)) {
    return type
      .getValues()
      .map((value) => `'${value.name}'`)
      .join(' | ')
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => {
      const optional = isNonNullType(field.type) ? '' : '?'
      return `readonly ${field.name}${optional}: ${leaf(schema, getNamedType(field.type).name)}`
    })
    return `{ ${fields.join('; ')} }`
  }
  const scalar = SCALARS[name]
  if (scalar === undefined) throw new Error(`the type ${name} has no TypeScript spelling`)
  return scalar
}

function output(schema: GraphQLSchema, type: GraphQLOutputType, inner: SelectionSetNode | undefined): string {
  if (isNonNullType(type)) return bare(schema, type.ofType as GraphQLOutputType, inner)
  return `${bare(schema, type, inner)} | null`
}

function bare(schema: GraphQLSchema, type: GraphQLOutputType, inner: SelectionSetNode | undefined): string {
  if (isListType(type)) return `readonly (${output(schema, type.ofType as GraphQLOutputType, inner)})[]`
  if (isLeafType(type)) return leaf(schema, type.name)
  if (!isObjectType(type) || inner === undefined)
    throw new Error(`${String(type)} is selected in a way not printed`)
  const fields = inner.selections.map((selection) => {
    const node = selection as FieldNode
    const field = type.getFields()[node.name.value]
    if (field === undefined) throw new Error(`${type.name} has no field ${node.name.value}`)
    return `readonly ${(node.alias ?? node.name).value}: ${output(schema, field.type, node.selectionSet)}`
  })
  return `{ ${fields.join('; ')} }`
}

function input(schema: GraphQLSchema, type: TypeNode): string {
  if (type.kind === 'NonNullType') return input(schema, type.type)
  if (type.kind === 'ListType') return `readonly (${input(schema, type.type)})[]`
  return leaf(schema, type.name.value)
}

/** Prints results.ts: for each document its Data and Variables types. The documents select fields only, no fragments. */
export function resultTypes(schema: GraphQLSchema, texts: Readonly<Record<string, string>>): string {
  const blocks = Object.entries(texts).map(([name, text]) => {
    const operation = parse(text).definitions[0] as OperationDefinitionNode
    const root = schema.getRootType(operation.operation)
    if (root === undefined || root === null) throw new Error(`no root type for ${name}`)
    const variables = (operation.variableDefinitions ?? []).map((variable) => {
      const optional = variable.type.kind === 'NonNullType' ? '' : '?'
      return `readonly ${variable.variable.name.value}${optional}: ${input(schema, variable.type)}`
    })
    const none = 'Record<string, never>'
    return [
      `export type ${name}Data = ${bare(schema, root, operation.selectionSet)}`,
      `export type ${name}Variables = ${variables.length === 0 ? none : `{ ${variables.join('; ')} }`}`,
    ].join('\n')
  })
  return `// Written by \`npm run generate -w web\` from documents.ts and the composed schema; not by hand.\n\n${blocks.join('\n\n')}\n`
}
