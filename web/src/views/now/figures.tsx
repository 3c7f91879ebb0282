import { Link } from '@tanstack/react-router'
import { type ReactNode, useSyncExternalStore } from 'react'
import { useConsole } from '../../ui/console-context.js'
import { Figure } from '../../ui/figure.js'
import { count, duration, percent, type Quantity, rate, said } from '../../ui/quantity.js'
import { change } from './health.js'
import { decidedEarly } from './live-share.js'

export interface Usual {
  readonly p95: number | undefined
  readonly rate: number | undefined
}

const CELL =
  'group flex min-w-0 flex-col px-5 py-3.5 hover:bg-hover first:rounded-l-lg last:rounded-r-lg outline-offset-[-2px]!'

function Headline(props: {
  readonly label: string
  readonly value: Quantity
  readonly aside: ReactNode
  readonly below: ReactNode
}) {
  return (
    <>
      <span className="label group-hover:text-soft">{props.label}</span>
      <span className="live-part mt-0.5 flex items-baseline gap-2.5">
        <Figure
          value={props.value}
          className="text-figure font-semibold tracking-[-0.02em] [&>span]:text-[17px] [&>span]:tracking-normal"
        />
        <span className="truncate text-table text-soft">{props.aside}</span>
      </span>
      <span className="live-part mt-0.5 truncate text-table text-faint">{props.below}</span>
    </>
  )
}

/** The four figures that say how it is now; each links to what explains it. */
export function Figures({ usual }: { readonly usual: Usual }) {
  const { live } = useConsole()
  const frame = useSyncExternalStore(live.metrics.subscribe, live.metrics.frame)
  const total = frame?.total
  const share = total === undefined || total.count === 0 ? undefined : total.errors / total.count
  const early = frame === undefined ? undefined : decidedEarly(frame.tiers)
  const seconds = frame === undefined ? 0 : frame.windowMs / 1_000
  const decisions = frame?.tiers.reduce((sum, tier) => sum + tier.hits, 0) ?? 0
  return (
    <section aria-label="Now" className="card grid grid-cols-2 divide-x xl:grid-cols-4">
      <Link to="/operations" search={{ sort: 'p95.desc' }} className={CELL}>
        <Headline
          label="Latency, p95"
          value={duration(total?.p95Ms)}
          aside={change(total?.p95Ms, usual.p95)}
          below={`p50 ${said(duration(total?.p50Ms))} · p99 ${said(duration(total?.p99Ms))}`}
        />
      </Link>
      <Link to="/operations" search={{ sort: 'rate.desc' }} className={CELL}>
        <Headline
          label="Operations"
          value={rate(total?.ratePerSecond)}
          aside={change(total?.ratePerSecond, usual.rate)}
          below={`${said(count(frame?.operations.length))} kinds · ${said(count(total?.count))} in ${seconds} s`}
        />
      </Link>
      <Link to="/operations" search={{ sort: 'errors.desc' }} className={CELL}>
        <Headline
          label="Errors"
          value={percent(share)}
          aside={
            share !== undefined && share >= 0.01 ? <span className="text-bad">▲ over 1 %</span> : undefined
          }
          below={`${said(count(total?.errors))} of ${said(count(total?.count))} in ${seconds} s`}
        />
      </Link>
      <Link to="/decisions" className={CELL}>
        <Headline
          label="Decided before experts"
          value={percent(early)}
          aside={undefined}
          below={`${said(count(decisions))} decisions in ${seconds} s`}
        />
      </Link>
    </section>
  )
}
