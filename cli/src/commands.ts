import type { Command } from 'commander'

export interface CommandEntry {
  readonly summary: string
  /** Loads the code of this command only, so that a hook does not pay for a gateway. */
  readonly load: () => Promise<Command>
}

/** Every command of `lighthouse`, in the order in which help lists them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  up: {
    summary: 'start everything on this machine',
    load: async () => (await import('./commands/up.js')).upCommand(),
  },
  gateway: {
    summary: 'serve any supergraph SDL file',
    load: async () => (await import('./commands/gateway.js')).gatewayCommand(),
  },
  compose: {
    summary: 'compose subgraphs into a supergraph',
    load: async () => (await import('./commands/compose.js')).composeCommand(),
  },
  operations: {
    summary: 'publish trusted documents to running gateways',
    load: async () => (await import('./commands/operations.js')).operationsCommand(),
  },
  subgraph: {
    summary: 'start one subgraph by itself, over HTTP',
    load: async () => (await import('./commands/subgraph.js')).subgraphCommand(),
  },
  validate: {
    summary: 'ask whether a command may run (exit 0 ALLOW, 2 BLOCK, 3 ESCALATE, 1 error)',
    load: async () => (await import('./commands/validate.js')).validateCommand(),
  },
  explain: {
    summary: 'say why a command would be decided as it would, without a trace',
    load: async () => (await import('./commands/explain.js')).explainCommand(),
  },
  hook: {
    summary: "answer a coding agent's hook, or install it",
    load: async () => (await import('./commands/hook.js')).hookCommand(),
  },
  policy: {
    summary: 'draft, test, try, publish and take back the policy',
    load: async () => (await import('./commands/policy.js')).policyCommand(),
  },
  mcp: {
    summary: 'serve the graph to agents over MCP',
    load: async () => (await import('./commands/mcp.js')).mcpCommand(),
  },
  mount: {
    summary: 'mount the graph as files',
    load: async () => (await import('./commands/mount.js')).mountCommand(),
  },
  events: {
    summary: 'follow the event log',
    load: async () => (await import('./commands/events.js')).eventsCommand(),
  },
  decisions: {
    summary: "export what was decided, as OPA's decision logs have it",
    load: async () => (await import('./commands/decisions.js')).decisionsCommand(),
  },
  status: {
    summary: 'say whether an instance runs and what it answers',
    load: async () => (await import('./commands/status.js')).statusCommand(),
  },
  doctor: {
    summary: 'say what this machine has, and what is missing',
    load: async () => (await import('./commands/doctor.js')).doctorCommand(),
  },
  load: {
    summary: 'send the traffic of many agents and report',
    load: async () => (await import('./commands/load.js')).loadCommand(),
  },
  console: {
    summary: 'print a fresh one-time link to the console',
    load: async () => (await import('./commands/console.js')).consoleCommand(),
  },
}
