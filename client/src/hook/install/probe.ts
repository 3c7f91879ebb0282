import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { HookClientName } from '../clients.js'

export interface Probed {
  /** The agent would not run the dangerous command. */
  readonly denied: boolean
  /** decision: Lighthouse judged it. failure: nobody could be asked, so that everything is denied. */
  readonly by: 'decision' | 'failure'
  readonly reason: string
}

const DANGEROUS = 'rm -rf / --no-preserve-root'
const WITHIN_MS = 60_000

/** What each agent sends before it runs a command; it is judged, never run. */
export function probeInput(client: HookClientName, command = DANGEROUS): string {
  const cwd = process.cwd()
  const snake = { session_id: 'probe', transcript_path: '', cwd, tool_input: { command } }
  const inputs = {
    'claude-code': { ...snake, hook_event_name: 'PreToolUse', permission_mode: 'default', tool_name: 'Bash' },
    codex: { ...snake, hook_event_name: 'PreToolUse', model: 'probe', turn_id: 'probe', tool_name: 'Bash' },
    gemini: { ...snake, hook_event_name: 'BeforeTool', tool_name: 'run_shell_command' },
    copilot: { sessionId: 'probe', cwd, toolName: 'bash', toolArgs: JSON.stringify({ command }) },
  } as const satisfies Record<HookClientName, object>
  return JSON.stringify(inputs[client])
}

/** Runs an installed hook as its agent would, with a dangerous command for it to judge. */
export async function probeCommand(client: HookClientName, command: string): Promise<Probed> {
  const child = spawn(command, { shell: true, stdio: 'pipe', timeout: WITHIN_MS })
  const code = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null)).once('close', resolve)
  })
  child.stdin.on('error', () => undefined).end(probeInput(client))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const exitCode = await code
  if (exitCode === 2) return { denied: true, by: 'failure', reason: stderr.trim() }
  if (exitCode !== 0)
    return { denied: false, by: 'failure', reason: `it ended with ${exitCode}: ${stderr.trim()}` }
  return readDenial(stdout)
}

/** The same for a hook that is an HTTP endpoint. */
export async function probeUrl(client: HookClientName, url: string, key: string): Promise<Probed> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: probeInput(client),
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    const body = await answer.text()
    if (answer.ok) return readDenial(body)
    return { denied: false, by: 'failure', reason: `${url} answered ${answer.status}: ${body.slice(0, 200)}` }
  } catch (error) {
    return { denied: false, by: 'failure', reason: `${url} cannot be reached: ${(error as Error).message}` }
  }
}

interface Said {
  readonly decision?: string
  readonly reason?: string
  readonly permissionDecision?: string
  readonly permissionDecisionReason?: string
  readonly hookSpecificOutput?: Said
}

function readDenial(body: string): Probed {
  let said: Said
  try {
    const all = JSON.parse(body) as Said
    said = all.hookSpecificOutput ?? all
  } catch {
    return { denied: false, by: 'failure', reason: `it said "${body.slice(0, 200)}", which is not JSON` }
  }
  const reason = said.permissionDecisionReason ?? said.reason ?? ''
  const denied = (said.permissionDecision ?? said.decision) === 'deny'
  return { denied, by: reason.startsWith('Lighthouse could not') ? 'failure' : 'decision', reason }
}
