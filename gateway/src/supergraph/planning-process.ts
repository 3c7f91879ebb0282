import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { PlanNode } from '@graphql-hive/router-query-planner'
import { firstPlan, PlanningBusy, type PlanQuestion, type Planning } from './planning.js'

/** Longest time for one plan; what takes longer is a bomb, and its process is ended. */
const PLAN_TIMEOUT_MS = 5_000
/** Plans that may be waited for; one more is refused. */
const MAX_WAITING = 1_000
/** Forms of supergraphs that the process keeps. */
const MAX_TAUGHT = 8

/**
 * What the process runs: text, so that it starts alike from sources, from dist and under a test runner. It learns a
 * supergraph with its first question, keeps it under a number, and answers `{ id, node }` or `{ id, error }`.
 */
const PROGRAM = `
const { QueryPlanner } = require(process.argv[1])
const planners = []
process.on('disconnect', () => process.exit(0))
process.on('message', ({ id, form, sdl, text, drawn }) => {
  try {
    if (sdl !== undefined) planners[form] = new QueryPlanner(sdl)
    process.send({ id, node: planners[form].plan(text, null, new Set(), drawn).node ?? null })
  } catch (error) {
    process.send({ id, error: String(error && error.message) })
  }
})`

interface Waiting {
  readonly question: PlanQuestion
  readonly resolve: (node: PlanNode | undefined) => void
  readonly reject: (error: Error) => void
}

interface Answer {
  readonly id: number
  readonly node?: PlanNode | null
  readonly error?: string
}

/**
 * Plans in a process of its own. The planner is native code: where it panics it ends its process, and a query of a
 * client must never end the gateway's. Questions are sent one at a time, so that the one that broke it is known; it is
 * refused, and the rest go to the next process.
 */
export function createPlanningProcess(): Planning {
  const line = new PlanningLine()
  // Its process begins with the first question.
  const ofParts = new PlanningLine()
  return {
    plan: (supergraph, question) =>
      firstPlan(supergraph, question.text, ({ sdl, text }) =>
        (supergraph.isForParts ? ofParts : line).ask(sdl, { ...question, text }),
      ),
    [Symbol.asyncDispose]: () => {
      line.end()
      ofParts.end()
      return Promise.resolve()
    },
  }
}

class PlanningLine {
  #child: ChildProcess | undefined
  /** What the process knows, and the number under which it does: at most MAX_TAUGHT, the last asked about at the end. */
  readonly #taught = new Map<string, number>()
  readonly #queue: { readonly sdl: string; readonly waiting: Waiting }[] = []
  #current: { readonly id: number; readonly waiting: Waiting; readonly timer: NodeJS.Timeout } | undefined
  #lastId = 0
  #ended = false

  ask(sdl: string, question: PlanQuestion): Promise<PlanNode | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(new PlanningBusy('Planning has ended.'))
      else if (this.#queue.length >= MAX_WAITING)
        reject(new PlanningBusy(`${MAX_WAITING} plans are waited for.`))
      else {
        this.#queue.push({ sdl, waiting: { question, resolve, reject } })
        this.#next()
      }
    })
  }

  end(): void {
    this.#ended = true
    this.#child?.kill()
  }

  #next(): void {
    if (this.#current !== undefined) return
    const next = this.#queue.shift()
    if (next === undefined) {
      this.#rest()
      return
    }
    const child = (this.#child ??= this.#start())
    child.ref()
    child.channel?.ref()
    const id = ++this.#lastId
    const known = this.#taught.get(next.sdl)
    const form = known ?? this.#free()
    this.#taught.delete(next.sdl)
    this.#taught.set(next.sdl, form)
    // Ends the process; what that means for the question is told where its end is noticed.
    const timer = setTimeout(() => child.kill('SIGKILL'), PLAN_TIMEOUT_MS)
    this.#current = { id, waiting: next.waiting, timer }
    child.send({ id, form, sdl: known === undefined ? next.sdl : undefined, ...next.waiting.question })
  }

  /** A number for one more; with too many, that of the one that was not asked about for longest. */
  #free(): number {
    const [oldest] = this.#taught
    if (oldest === undefined || this.#taught.size < MAX_TAUGHT) return this.#taught.size
    this.#taught.delete(oldest[0])
    return oldest[1]
  }

  /** Nothing is waited for: the process alone must not keep ours alive. */
  #rest(): void {
    this.#child?.unref()
    this.#child?.channel?.unref()
  }

  #start(): ChildProcess {
    const planner = createRequire(import.meta.url).resolve('@graphql-hive/router-query-planner')
    const child = spawn(process.execPath, ['-e', PROGRAM, planner], {
      // A panic writes a trace of the planner's own code, which is of no use to an operator.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('message', (answer: Answer) => this.#answered(answer))
    child.once('exit', () => this.#lost(child))
    child.once('error', () => this.#lost(child))
    return child
  }

  #answered({ id, node, error }: Answer): void {
    const current = this.#current
    if (current?.id !== id) return
    clearTimeout(current.timer)
    this.#current = undefined
    if (error !== undefined) current.waiting.reject(new Error(error))
    else current.waiting.resolve(node ?? undefined)
    this.#next()
  }

  #lost(child: ChildProcess): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#taught.clear()
    const current = this.#current
    this.#current = undefined
    if (current !== undefined) {
      clearTimeout(current.timer)
      current.waiting.reject(new Error('The planner broke down over this operation.'))
    }
    if (!this.#ended) this.#next()
    else
      for (const { waiting } of this.#queue.splice(0)) waiting.reject(new PlanningBusy('Planning has ended.'))
  }
}
