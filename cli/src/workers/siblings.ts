import cluster from 'node:cluster'
import type { Facts, Siblings } from '@lighthouse/gateway/siblings'
import { Questions } from './questions.js'

/** Longer than each worker is waited for. */
const GATHERED_MS = 3_000

/** The other workers, reached through the process that started this one; undefined in a process that is none. */
export function siblings(): Siblings | undefined {
  if (!cluster.isWorker) return undefined
  let facts: Facts | undefined
  const answers = { alive: () => true, metrics: () => facts?.metrics(), serving: () => facts?.serving() }
  const questions = new Questions(
    (message, onSent) => process.send?.(message, undefined, undefined, onSent),
    answers,
  )
  process.on('message', (message: object) => questions.receive(message))
  return {
    join: (own) => void (facts = own),
    metrics: async () =>
      (await questions.ask('metrics', GATHERED_MS)) as Awaited<ReturnType<Siblings['metrics']>>,
    serving: async () =>
      (await questions.ask('serving', GATHERED_MS)) as Awaited<ReturnType<Siblings['serving']>>,
  }
}
