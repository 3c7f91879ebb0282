import { type Fields, type HookClient, isObject, textOf } from './call.js'

/**
 * Protocol: GitHub Copilot CLI, hooks reference, preToolUse: camel case, the tool's input as an object or as JSON in a
 * text. A hook that fails is a denial there; we say it in JSON, so that the reason is seen.
 */
export const copilot: HookClient = {
  asks: true,
  failsBy: 'denial',
  read(value) {
    const toolName = textOf(value['toolName'])
    if (toolName === undefined) return 'toolName is missing'
    const toolInput = argumentsOf(value['toolArgs'])
    if (toolInput === undefined) return 'toolArgs is neither an object nor one as JSON'
    return [
      {
        ...known(toolName, toolInput),
        sessionId: textOf(value['sessionId']),
        cwd: textOf(value['cwd']),
        requestId: undefined,
        unattended: false,
      },
    ]
  },
  say: ({ verdict, reason }) => ({ permissionDecision: verdict, permissionDecisionReason: reason }),
}

function argumentsOf(value: unknown): Fields | undefined {
  if (isObject(value)) return value
  if (typeof value !== 'string') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Its tools under the names that validation knows, and what their fields are called there. */
const TOOLS: Readonly<
  Record<string, { readonly name: string; readonly fields: Readonly<Record<string, string>> }>
> = {
  bash: { name: 'Bash', fields: {} },
  view: { name: 'Read', fields: { path: 'file_path' } },
  create: { name: 'Write', fields: { path: 'file_path', file_text: 'content' } },
  edit: { name: 'Edit', fields: { path: 'file_path', old_str: 'old_string', new_str: 'new_string' } },
  glob: { name: 'Glob', fields: {} },
  grep: { name: 'Grep', fields: {} },
  web_fetch: { name: 'WebFetch', fields: {} },
}

function known(toolName: string, toolInput: Fields): { toolName: string; toolInput: Fields } {
  const tool = Object.hasOwn(TOOLS, toolName) ? TOOLS[toolName] : undefined
  if (tool === undefined) return { toolName, toolInput }
  const entries = Object.entries(toolInput).map(([key, value]) => [tool.fields[key] ?? key, value])
  return { toolName: tool.name, toolInput: Object.fromEntries(entries) }
}
