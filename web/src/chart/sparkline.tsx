import { useEffect, useRef } from 'react'
import { INTERVAL_MS } from '../live/live.js'
import { OPERATION_ROWS } from '../live/metrics-store.js'
import { useConsole } from '../ui/console-context.js'
import { token, useTheme } from '../ui/theme.js'

const WIDTH = 84
const HEIGHT = 18
/** How much time the width means, seconds. */
const SPAN_S = (OPERATION_ROWS * INTERVAL_MS) / 1_000

/** The live p95 of one operation over the last minute, painted on the console's one animation frame. */
export function Sparkline({ operation }: { readonly operation: string }) {
  const { live } = useConsole()
  const { shown } = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context === null || context === undefined) return
    const ratio = window.devicePixelRatio
    context.canvas.width = WIDTH * ratio
    context.canvas.height = HEIGHT * ratio
    const color = token('--p95')
    const paint = (): void => {
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      context.clearRect(0, 0, WIDTH, HEIGHT)
      const ring = live.metrics.operation(operation)
      const newest = live.metrics.total.newestAt
      if (ring === undefined || Number.isNaN(newest)) return
      const times = ring.times()
      const values = ring.column('p95')
      let most = 0
      for (const value of values) if (value > most) most = value
      if (most === 0) return
      context.strokeStyle = color
      context.lineWidth = 1.25
      context.beginPath()
      let down = false
      for (let index = 0; index < times.length; index += 1) {
        const value = values[index] ?? Number.NaN
        const x = WIDTH - ((newest - (times[index] ?? 0)) / SPAN_S) * WIDTH
        if (Number.isNaN(value) || x < 0) {
          down = false
          continue
        }
        const y = HEIGHT - 1.5 - (value / most) * (HEIGHT - 3)
        if (down) context.lineTo(x, y)
        else context.moveTo(x, y)
        down = true
      }
      context.stroke()
    }
    return live.ticker.add(paint)
    // shown: the colour is read from the theme's tokens.
  }, [live, operation, shown])
  return (
    <canvas
      ref={canvas}
      className="live-part block"
      style={{ width: WIDTH, height: HEIGHT }}
      role="img"
      aria-label={`Live p95 of ${operation} over the last minute`}
    />
  )
}
