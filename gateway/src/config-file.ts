import { parseDocument } from 'yaml'
import * as z from 'zod'
import { authenticationSection } from './authenticate/settings.js'
import { authorizationSection } from './authorize/settings.js'
import { cacheSection } from './cache/settings.js'
import { trafficSection } from './fetch/traffic/settings.js'
import { limitsSection } from './limits.js'
import { operationsSection } from './persisted/documents.js'
import { tracesSection } from './tracing/settings.js'

/** Everything that a configuration file may say, by section. Each section's shape stands with what it configures. */
export const FILE_SHAPE = z.strictObject({
  authentication: authenticationSection.optional().describe('Whose tokens are accepted.'),
  authorization: authorizationSection
    .optional()
    .describe('What becomes of operations that ask for more than their caller may see.'),
  cache: cacheSection.optional().describe('What is kept of answers, and for how long.'),
  limits: limitsSection.optional().describe('What operations may be and ask at most.'),
  operations: operationsSection.optional().describe('Documents that are known by an id, and which may run.'),
  traces: tracesSection.optional().describe('Where spans of operations are sent.'),
  traffic: trafficSection.optional().describe('How subgraphs are called.'),
})

export type FileConfig = Readonly<z.input<typeof FILE_SHAPE>>

/** A configuration file that cannot be used, with every fault in it. */
export class ConfigFileError extends Error {
  constructor(path: string, faults: readonly string[]) {
    super(`${path} is no configuration:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigFileError'
  }
}

/**
 * Reads the text of a configuration file (YAML, of which JSON is a part); `path` names it in errors. `${env.NAME}` and
 * `${env.NAME:-otherwise}` in its texts are replaced. Throws a {@link ConfigFileError} that lists every fault: not YAML,
 * unknown keys, values that are out of range, variables that are not set.
 */
export function parseConfig(text: string, env: NodeJS.ProcessEnv, path: string): FileConfig {
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    throw new ConfigFileError(
      path,
      document.errors.map((error) => error.message.split('\n', 1)[0] ?? ''),
    )
  }
  const faults: string[] = []
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // An alias of nothing, or of too much.
    throw new ConfigFileError(path, [(error as Error).message])
  }
  const given = expand(plain ?? {}, env, faults)
  if (faults.length > 0) throw new ConfigFileError(path, faults)
  let checked = FILE_SHAPE.safeParse(given)
  if (!checked.success && readAsMeant(given, plain, checked.error.issues))
    checked = FILE_SHAPE.safeParse(given)
  if (checked.success) return given as FileConfig
  throw new ConfigFileError(path, checked.error.issues.flatMap(told))
}

function told(issue: z.core.$ZodIssue): string[] {
  // Of a union, what is wrong with the branch that was meant says more than that none fits.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find((branch) => branch.some(({ code }) => code !== 'invalid_value'))
    if (inner !== undefined)
      return inner.flatMap((one) => told({ ...one, path: [...issue.path, ...one.path] }))
  }
  const where = issue.path.map(String).join('.')
  return [where === '' ? issue.message : `${where}: ${issue.message}`]
}

/** A text that is one variable and nothing else. */
const WHOLE = /^\$\{env\.[A-Za-z_]\w*(?::-[^}]*)?\}$/

/**
 * The environment has texts only: where a number, true or false is wanted and the file names a variable alone, its text is
 * read as that. True when anything was.
 */
function readAsMeant(given: unknown, plain: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  let isOther = false
  for (const { path, expected } of issues.flatMap((issue) => wanted(issue, []))) {
    const key = path.at(-1)
    const holder = at(given, path.slice(0, -1))
    const named = at(plain, path)
    if (key === undefined || typeof holder !== 'object' || holder === null) continue
    if (typeof named !== 'string' || !WHOLE.test(named)) continue
    const text: unknown = Reflect.get(holder, key)
    const value = typeof text === 'string' ? meant(text, expected) : undefined
    if (value === undefined) continue
    Reflect.set(holder, key, value)
    isOther = true
  }
  return isOther
}

function meant(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

interface Wanted {
  readonly path: readonly PropertyKey[]
  readonly expected: string
}

const READABLE = new Set(['number', 'int', 'boolean'])

/** Where something else than a text is wanted, in any branch of what may stand there. */
function wanted(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): Wanted[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'invalid_union')
    return issue.errors.flatMap((branch) => branch.flatMap((one) => wanted(one, path)))
  return issue.code === 'invalid_type' && READABLE.has(issue.expected)
    ? [{ path, expected: issue.expected }]
    : []
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = Reflect.get(found, key)
  }
  return found
}

const VARIABLE = /\$\{env\.([A-Za-z_]\w*)(?::-([^}]*))?\}/g

function expand(value: unknown, env: NodeJS.ProcessEnv, faults: string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (_, name: string, otherwise: string | undefined) => {
      const found = env[name] ?? otherwise
      if (found === undefined) faults.push(`the environment has no ${name}`)
      return found ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item: unknown) => expand(item, env, faults))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner, env, faults)]))
}
