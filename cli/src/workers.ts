import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { untilSignal } from './until-signal.js'
import { Crew, type CrewOptions } from './workers/crew.js'

/** Before a worker that ended is replaced, so that one that cannot live is not started without end. */
const RESTART_MS = 1_000

/** True in a process that {@link runWorkers} started. Until it serves, it ends when it has nothing left to do. */
export function isWorker(): boolean {
  if (cluster.isWorker) process.channel?.unref()
  return cluster.isWorker
}

/** Tells the process that started this worker where it serves. */
export function reportServing(addresses: object): void {
  process.channel?.ref()
  process.send?.({ serving: addresses })
}

export interface WorkersOptions extends CrewOptions {
  /** Called once, when all of them serve. */
  readonly onReady: (addresses: object) => Promise<void>
}

/**
 * Runs this command again in `count` processes that share its port, until a signal comes: it is passed on, and each worker
 * drains. A worker that ends, or is ended because it does not answer, is replaced. Resolves with the exit code: that of the
 * first worker when it cannot start, which has said why.
 */
export async function runWorkers({ onReady, ...options }: WorkersOptions): Promise<number> {
  const { count, log } = options
  const ended = untilSignal()
  const state = { isEnding: false, crew: new Crew(options) }
  const first = await start()
  if (typeof first === 'number') return first
  keep(first.worker, log, state)
  for (let more = 1; more < count; more++) {
    const next = await start()
    if (typeof next === 'number') return await stop(next, state)
    keep(next.worker, log, state)
  }
  await onReady(first.addresses)
  await ended
  return await stop(0, state)
}

interface State {
  isEnding: boolean
  readonly crew: Crew
}

async function stop(code: number, state: State): Promise<number> {
  state.isEnding = true
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  await Promise.all(
    workers.map(async (worker) => {
      const gone = once(worker, 'exit')
      worker.process.kill('SIGTERM')
      await gone
    }),
  )
  return code
}

interface Started {
  readonly worker: Worker
  readonly addresses: object
}

/** The worker once it serves, or the code that it ended with instead. */
function start(): Promise<Started | number> {
  const worker = cluster.fork()
  return new Promise((resolve) => {
    worker.once('exit', (code: number | null) => resolve(code ?? 1))
    worker.on('message', (message: { readonly serving?: object }) => {
      if (message.serving !== undefined) resolve({ worker, addresses: message.serving })
    })
  })
}

function keep(worker: Worker, log: WorkersOptions['log'], state: State): void {
  state.crew.join(worker)
  worker.once('exit', (code: number | null, signal: string | null) => {
    if (state.isEnding) return
    log.warn('a worker ended and is replaced', { pid: worker.process.pid, code, signal })
    void replace(log, state)
  })
}

async function replace(log: WorkersOptions['log'], state: State): Promise<void> {
  for (;;) {
    await wait(RESTART_MS)
    if (state.isEnding) return
    const next = await start()
    if (typeof next !== 'number') {
      keep(next.worker, log, state)
      return
    }
    if (!state.isEnding) log.warn('a worker cannot start', { code: next })
  }
}
