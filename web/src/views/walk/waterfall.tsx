import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { axisLabel, duration, said } from '../../ui/quantity.js'
import { TIER_FACES } from '../../ui/tiers.js'
import { axisTicks, STOP_TIERS, type WalkRow } from './walk-rows.js'

const ROW_PX = 24
const HEAD_PX = 28
const LABEL_PX = 96
const PROCESS_PX = 96
const LEFT_PX = LABEL_PX + PROCESS_PX
const RIGHT_PX = 72
const MIN_BAR_PX = 2
/** A drag shorter than this is a click. */
const MIN_DRAG_PX = 5

export interface View {
  readonly fromMs: number
  readonly toMs: number
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(800)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const seen = new ResizeObserver(() => setWidth(Math.max(480, element.clientWidth)))
    seen.observe(element)
    return () => seen.disconnect()
  }, [])
  return { box, width }
}

function colorOf(row: WalkRow): string {
  const tier = STOP_TIERS[row.stop]
  return tier === undefined ? 'var(--stop)' : `var(${TIER_FACES[tier].color})`
}

function Bar({
  row,
  x,
  view,
  plotPx,
}: {
  readonly row: WalkRow
  x(ms: number): number
  readonly view: View
  readonly plotPx: number
}) {
  const endMs = row.startMs + row.durationMs
  const text = said(duration(row.durationMs))
  if (row.startMs > view.toMs || endMs < view.fromMs) {
    const later = row.startMs > view.toMs
    return (
      <text
        x={later ? LEFT_PX + plotPx : LEFT_PX + 4}
        y={16}
        textAnchor={later ? 'end' : 'start'}
        className="fill-faint text-label"
      >
        {later ? `at ${said(duration(row.startMs))} ▸` : `◂ ${text}`}
      </text>
    )
  }
  const left = Math.max(LEFT_PX, x(row.startMs))
  const right = Math.min(LEFT_PX + plotPx, x(endMs))
  const wide = Math.max(MIN_BAR_PX, right - left)
  const beside = left + wide + 6
  const inside = beside + 60 > LEFT_PX + plotPx + RIGHT_PX
  return (
    <>
      <rect x={left} y={6} width={wide} height={12} rx={1.5} fill={colorOf(row)} />
      <text
        x={inside ? left - 6 : beside}
        y={16}
        textAnchor={inside ? 'end' : 'start'}
        className="fill-soft font-mono text-label"
      >
        {text}
      </text>
    </>
  )
}

/** The stops of one request over time, as a picture; the table beside it says the same. Drag zooms, double-click leaves. */
export function Waterfall(props: {
  readonly label: string
  readonly rows: readonly WalkRow[]
  readonly view: View
  onZoom(view: View): void
  onZoomOut(): void
}) {
  const { rows, view } = props
  const { box, width } = useWidth()
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>()
  const plotPx = width - LEFT_PX - RIGHT_PX
  const perMs = plotPx / (view.toMs - view.fromMs)
  const x = (ms: number): number => LEFT_PX + (ms - view.fromMs) * perMs
  const height = HEAD_PX + rows.length * ROW_PX
  const pointerX = (event: PointerEvent<SVGSVGElement>): number => {
    const inside = event.clientX - event.currentTarget.getBoundingClientRect().left
    return Math.max(LEFT_PX, Math.min(LEFT_PX + plotPx, inside))
  }
  const end = (): void => {
    setDrag(undefined)
    if (drag === undefined || Math.abs(drag.to - drag.from) < MIN_DRAG_PX) return
    const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    const ms = (px: number): number => view.fromMs + (px - LEFT_PX) / perMs
    props.onZoom({ fromMs: ms(left), toMs: ms(right) })
  }
  return (
    <div ref={box} className="min-w-0 overflow-x-auto">
      <svg
        role="img"
        aria-label={props.label}
        width={width}
        height={height}
        className="block touch-none select-none"
        onPointerDown={(event) => {
          const at = pointerX(event)
          event.currentTarget.setPointerCapture(event.pointerId)
          setDrag({ from: at, to: at })
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ from: drag.from, to: pointerX(event) })
        }}
        onPointerUp={end}
        onDoubleClick={props.onZoomOut}
      >
        {axisTicks(view.fromMs, view.toMs, plotPx / 96).map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={HEAD_PX - 6} y2={height} stroke="var(--line)" />
            <text x={x(tick)} y={14} textAnchor="middle" className="fill-faint text-label">
              {axisLabel(duration(tick))}
            </text>
          </g>
        ))}
        {rows.map((row, index) => (
          <g key={row.stop} transform={`translate(0 ${HEAD_PX + index * ROW_PX})`} data-stop={row.stop}>
            <rect width={width} height={ROW_PX} className="fill-transparent hover:fill-hover" />
            <line x2={width} y1={ROW_PX - 0.5} y2={ROW_PX - 0.5} stroke="var(--line)" opacity={0.6} />
            <text
              x={16}
              y={16}
              className={row.process === undefined ? 'fill-faint text-table' : 'fill-text text-table'}
            >
              {row.stop}
            </text>
            <text x={LABEL_PX} y={16} className="fill-faint text-label">
              {row.process ?? 'not passed'}
            </text>
            {row.process !== undefined && <Bar row={row} x={x} view={view} plotPx={plotPx} />}
          </g>
        ))}
        {drag !== undefined && (
          <rect
            x={Math.min(drag.from, drag.to)}
            y={HEAD_PX}
            width={Math.abs(drag.to - drag.from)}
            height={height - HEAD_PX}
            fill="var(--beam-wash)"
            stroke="var(--beam)"
          />
        )}
      </svg>
    </div>
  )
}
