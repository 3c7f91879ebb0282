import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createAppender } from '../src/append.js'
import { openLmdbLog } from '../src/log/lmdb.js'
import { createTail } from '../src/tail.js'
import { type Plan, plannedInputs } from './crash-plan.js'

/** Appends what its plan says, from stdin, until it is killed; tells on stdout each id once it is acknowledged. */
const by = { agentId: 'agent', role: 'AGENT', keyId: 'key' } as const
for await (const line of createInterface({ input: process.stdin })) {
  const plan = JSON.parse(line) as Plan
  const log = await openLmdbLog({ dir: plan.dir })
  const { append } = createAppender({ log, tail: createTail(log.head) })
  writeSync(1, 'open\n')
  await Promise.all(
    Array.from({ length: plan.writers }, async (_, writer) => {
      for (let turn = 0; ; turn += 1) {
        const { events } = await append(plannedInputs(plan, writer, turn), by)
        writeSync(1, `${events.map(({ id, sequence }) => `${id} ${sequence}\n`).join('')}`)
      }
    }),
  )
}
