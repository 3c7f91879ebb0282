import { type Exposition, expose, merge, type Told, type Telling } from './telling.js'

/** Those of a process itself: they are told apart, not added up. */
const OWN = /^lighthouse_(process|nodejs)_/
/** What only grows: it must not shrink when a process that counted it is gone or silent. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram'])

/** Why a process is no more: by itself, or because it was alive but answered nothing. */
export type EndCause = 'died' | 'silent'

/**
 * The metrics of the processes that serve one port, as one. Counters and histograms are added up, also those of processes
 * that ended and, as it told last, of one that is silent: to Prometheus a sum that shrinks is a restart, and what is
 * counted after it is counted twice. What was counted between the last scrape and the end of a process is lost. Gauges
 * are of those that answer. What is told of a process itself carries its name as `worker`.
 */
export class GatheredMetrics {
  /** As each process that lives told last. */
  readonly #last = new Map<string, Telling>()
  #ended: Telling = []
  readonly #endings: Record<EndCause, number> = { died: 0, silent: 0 }

  /** Takes what a process told. */
  told(worker: string, telling: Telling): void {
    this.#last.set(worker, telling)
  }

  /** A process is no more; another may take its name. */
  ended(worker: string, cause: EndCause): void {
    this.#endings[cause] += 1
    this.#ended = merge([this.#ended, shared(this.#last.get(worker))])
    this.#last.delete(worker)
  }

  /** Of processes that told just now, and of those that were asked in vain; so many more are being replaced. */
  expose(answering: readonly string[], silent: readonly string[], absent: number): Promise<Exposition> {
    return expose([
      ...answering.map((worker) => this.#ofProcess(worker)),
      ...silent.map((worker) => shared(this.#last.get(worker))),
      this.#ended,
      this.#ofWorkers(answering.length, silent.length, absent),
    ])
  }

  #ofProcess(worker: string): Telling {
    return (this.#last.get(worker) ?? []).map((one) => (OWN.test(one.name) ? named(one, worker) : one))
  }

  #ofWorkers(answering: number, silent: number, absent: number): Telling {
    return [
      {
        name: 'lighthouse_gateway_workers',
        help: 'Processes that serve this port: those that answered this scrape, did not in time, or are being replaced.',
        type: 'gauge',
        aggregator: 'sum',
        values: labelled('state', { answering, silent, absent }),
      },
      {
        name: 'lighthouse_gateway_worker_ends_total',
        help: 'Processes that ended and were replaced: by themselves, or because they lived but did not answer.',
        type: 'counter',
        aggregator: 'sum',
        values: labelled('cause', this.#endings),
      },
    ]
  }
}

/** What outlives its process. */
function shared(telling: Telling = []): Telling {
  return telling.filter(({ name, type }) => GROWING.has(type) && !OWN.test(name))
}

/** A value a name, which stands as `label`. */
function labelled(label: string, values: Readonly<Record<string, number>>): Told['values'] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

function named(one: Told, worker: string): Told {
  return { ...one, values: one.values.map((value) => ({ ...value, labels: { ...value.labels, worker } })) }
}
