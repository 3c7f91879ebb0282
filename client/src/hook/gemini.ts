import { type HookClient, readSnakeCase, type ToolCall } from './call.js'

/**
 * Protocol: Gemini CLI, hooks reference, BeforeTool. It knows `allow` and `deny`; older versions take exit code 2 for a
 * fault of the hook, after which the tool runs, so that a failure is a denial on stdout, which every version obeys.
 */
export const gemini: HookClient = {
  asks: false,
  failsBy: 'denial',
  read(value) {
    const call = readSnakeCase(value, 'BeforeTool')
    return typeof call === 'string' ? call : [known(call)]
  },
  say: ({ verdict, reason }) => ({ decision: verdict === 'allow' ? 'allow' : 'deny', reason }),
}

/** Its names for tools that validation knows under another. Those that are not here go on as they are. */
const NAMES: Readonly<Record<string, string>> = {
  list_directory: 'LS',
  glob: 'Glob',
  grep_search: 'Grep',
  search_file_content: 'Grep',
  google_web_search: 'WebSearch',
}

function known(call: ToolCall): ToolCall {
  const { toolName, toolInput } = call
  if (!Object.hasOwn(NAMES, toolName)) return call
  const path = toolInput['path'] ?? toolInput['dir_path']
  return {
    ...call,
    toolName: NAMES[toolName] ?? toolName,
    toolInput: path === undefined ? toolInput : { ...toolInput, path },
  }
}
