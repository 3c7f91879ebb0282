import { serveMcpStdio } from '@lighthouse/reach/mcp/stdio'
import { Command } from 'commander'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'
import { VERSION } from '../version.js'

export function mcpCommand(): Command {
  const command = new Command('mcp').description(
    'Serves the graph over MCP on stdin and stdout: tools validate, explain, events, experts, metrics.',
  )
  return withReach(command)
    .option('--json', 'accepted for uniformity: MCP is JSON')
    .addHelpText('after', HINT)
    .action(mcp)
}

const HINT = `
For Claude Code:   claude mcp add lighthouse -- lighthouse mcp
Over HTTP:         a running instance serves streamable HTTP at /mcp, with "Authorization: Bearer <key>".
`

async function mcp(options: ReachOptions): Promise<void> {
  await using transport = talkTo(await reach(options))
  await serveMcpStdio(transport, VERSION)
}
