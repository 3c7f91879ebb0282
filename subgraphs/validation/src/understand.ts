import { commandEffects, MAX_COMMAND_BYTES, readEffects, writeEffects } from './shell/effects.js'
import { Findings } from './shell/findings.js'
import type { Effects, Reading, Span } from './shell/findings.js'
import { placeOf } from './shell/path.js'
import type { Place } from './shell/path.js'
import { hostOf } from './shell/binaries/host.js'
import { looksSecret } from './shell/secret.js'

/** One tool call of an agent, as it arrived. */
export interface ToolCall {
  readonly toolName: string
  readonly toolInput: Readonly<Record<string, unknown>>
  readonly cwd: string | undefined
  readonly projectRoot: string | undefined
}

export interface Understanding {
  readonly effects: Effects
  /** Which stretch of the command does it, by a finding's subject. Empty for tools that run no command. */
  readonly spans: ReadonlyMap<string, Span>
  /** The tool can change something: a fault in judging it must refuse it. */
  readonly mutating: boolean
}

/** What kind of thing a tool does, by its name. Names that are not here and not `mcp__…` are unknown. */
type Kind = 'command' | 'write' | 'read' | 'fetch' | 'search' | 'tool'
const KINDS: Readonly<Record<string, Kind>> = {
  Bash: 'command',
  Shell: 'command',
  shell: 'command',
  run_shell_command: 'command',
  bash: 'command',
  Write: 'write',
  Edit: 'write',
  MultiEdit: 'write',
  NotebookEdit: 'write',
  write_file: 'write',
  replace: 'write',
  Read: 'read',
  Glob: 'read',
  Grep: 'read',
  LS: 'read',
  NotebookRead: 'read',
  read_file: 'read',
  WebFetch: 'fetch',
  web_fetch: 'fetch',
  WebSearch: 'search',
}
const MAX_SUBJECT = 1_000

/** Can this tool change something? Then a fault in judging it must refuse it. Unknown tools can. */
export function isMutating(toolName: string): boolean {
  return !['read', 'search', 'fetch'].includes(kindOf(toolName))
}

/** What people call the request by: its command, path, URL or query, at most 1,000 characters. */
export function subjectOf({ toolName, toolInput }: ToolCall): string {
  for (const key of SUBJECTS) {
    const text = toolInput[key]
    if (typeof text === 'string') return text.slice(0, MAX_SUBJECT)
  }
  return toolName.slice(0, MAX_SUBJECT)
}
const SUBJECTS = [
  'command',
  'file_path',
  'path',
  'notebook_path',
  'absolute_path',
  'url',
  'query',
  'pattern',
] as const

function kindOf(toolName: string): Kind {
  return Object.hasOwn(KINDS, toolName) ? (KINDS[toolName] ?? 'tool') : 'tool'
}

/** The shell command that a tool call runs; undefined when it runs none. */
export function commandOf({ toolName, toolInput }: ToolCall): string | undefined {
  const command = toolInput['command']
  return kindOf(toolName) === 'command' && typeof command === 'string' ? command : undefined
}

/** What a tool call would do. Pure, bounded in time; never throws for any input. */
export function understand(call: ToolCall): Understanding {
  const kind = kindOf(call.toolName)
  const bytes = sizeOf(call.toolInput)
  const { effects, spans } =
    bytes > MAX_COMMAND_BYTES ? tooLong(bytes) : READERS[kind](call, placeOf(call.cwd, call.projectRoot))
  return { effects, spans, mutating: isMutating(call.toolName) }
}

/** JSON writes one UTF-16 code unit with at most six bytes, and adds at most this many to a field. */
const MOST_BYTES = 6
const MOST_ADDED = 32

/** The bytes of an input as JSON; 0 for one whose texts are so short that it cannot be too long. */
function sizeOf(input: ToolCall['toolInput']): number {
  let most = 2
  for (const key in input) {
    const value = input[key]
    if (typeof value === 'object') return Buffer.byteLength(JSON.stringify(input))
    most += MOST_ADDED + MOST_BYTES * (key.length + (typeof value === 'string' ? value.length : 0))
  }
  return most <= MAX_COMMAND_BYTES ? 0 : Buffer.byteLength(JSON.stringify(input))
}

function tooLong(bytes: number): Reading {
  return without({ shell: { 'too-long': [{ subject: `${bytes} bytes` }] } })
}

const NO_SPANS: Reading['spans'] = new Map()
function without(effects: Effects): Reading {
  return { effects, spans: NO_SPANS }
}

type Reader = (call: ToolCall, place: Place) => Reading

const READERS: Readonly<Record<Kind, Reader>> = {
  command: (call, place) => {
    const command = call.toolInput['command']
    if (typeof command !== 'string' || command.trim() === '') return malformed(call)
    const directory = call.toolInput['dir_path'] ?? call.toolInput['workdir']
    const where = typeof directory === 'string' ? { ...place, cwd: placeOf(directory, undefined).cwd } : place
    return commandEffects(command, where)
  },
  write: (call, place) => {
    const path = pathOf(call)
    if (path === undefined) return malformed(call)
    const reading = writeEffects(path, place)
    if (!contents(call).some(looksSecret)) return reading
    return without({ ...reading.effects, secrets: { content: [{ subject: path }] } })
  },
  read: (call, place) => {
    const path = pathOf(call) ?? '.'
    const pattern = call.toolName === 'Glob' ? call.toolInput['pattern'] : undefined
    const text = typeof pattern === 'string' ? joined(path, pattern) : path
    return readEffects(text, place)
  },
  fetch: (call) => {
    const url = call.toolInput['url'] ?? call.toolInput['prompt']
    if (typeof url !== 'string') return malformed(call)
    const findings = new Findings()
    const address = /https?:\/\/\S+/i.exec(url)?.[0]
    if (address === undefined) return malformed(call)
    findings.note('network', 'fetch', address, {
      host: hostOf(address),
      method: 'GET',
      carries: false,
      dynamic: false,
    })
    return findings.reading
  },
  search: (call) => {
    const query = call.toolInput['query']
    if (typeof query !== 'string') return malformed(call)
    return without({ network: { search: [{ subject: query.slice(0, 160) }] } })
  },
  tool: ({ toolName }) => without({ tools: { call: [{ subject: toolName.slice(0, 160), name: toolName }] } }),
}

function malformed(call: ToolCall): Reading {
  return without({ tools: { malformed: [{ subject: call.toolName.slice(0, 160) }] } })
}

function pathOf({ toolInput }: ToolCall): string | undefined {
  const path =
    toolInput['file_path'] ?? toolInput['path'] ?? toolInput['notebook_path'] ?? toolInput['absolute_path']
  return typeof path === 'string' && path !== '' && path.length <= MAX_COMMAND_BYTES ? path : undefined
}

function joined(path: string, pattern: string): string {
  return pattern.startsWith('/') || pattern.startsWith('~') ? pattern : `${path}/${pattern}`
}

function contents({ toolInput }: ToolCall): string[] {
  const edits = Array.isArray(toolInput['edits']) ? (toolInput['edits'] as unknown[]) : []
  const texts = [
    toolInput['content'],
    toolInput['new_string'],
    ...edits.map((edit) =>
      typeof edit === 'object' && edit !== null ? (edit as Record<string, unknown>)['new_string'] : undefined,
    ),
  ]
  return texts.filter((text): text is string => typeof text === 'string')
}
