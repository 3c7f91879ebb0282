import type { Question } from './question.js'
import type { Registry, Standing } from './registry.js'

/** Which kind of expertise a tool takes; tools that are not listed take `tools`. */
const CAPABILITY: Readonly<Record<string, string>> = {
  Bash: 'shell',
  Read: 'files',
  Write: 'files',
  Edit: 'files',
  MultiEdit: 'files',
  NotebookEdit: 'files',
  Glob: 'files',
  Grep: 'files',
  WebFetch: 'web',
  WebSearch: 'web',
}

/** The capability that judging a tool takes. */
export function capabilityOf(toolName: string): string {
  return Object.hasOwn(CAPABILITY, toolName) ? (CAPABILITY[toolName] ?? 'tools') : 'tools'
}

/**
 * The step `match`: the experts that can judge this tool and can be asked now, earlier rounds first, within a round
 * the least loaded and then the fastest. Whoever asks is never asked.
 */
export function match(question: Question, registry: Registry): Standing[] {
  const needed = capabilityOf(question.toolName)
  return registry
    .list()
    .filter(({ expert, status }) => status !== 'OFFLINE' && knows(expert.capabilities, needed))
    .filter(({ expert }) => expert.id !== question.agentId)
    .sort(
      (a, b) =>
        a.expert.round - b.expert.round ||
        a.currentLoad / a.expert.maxConcurrent - b.currentLoad / b.expert.maxConcurrent ||
        a.averageMs - b.averageMs,
    )
}

function knows(capabilities: readonly string[], needed: string): boolean {
  return capabilities.includes('*') || capabilities.includes(needed)
}
