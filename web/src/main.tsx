import './styles.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createGraph, type Graph } from './graph/client.js'
import { createLive } from './live/live.js'
import { router } from './router.js'
import { Console } from './ui/console-context.js'

const live = createLive((): Graph => graph)
const graph = createGraph({
  onDenied: () => live.connection.signal({ kind: 'denied', now: Date.now() }),
  onClosed: () => live.connection.signal({ kind: 'closed', now: Date.now() }),
})

const place = document.getElementById('root')
if (place === null) throw new Error('index.html has no #root')
createRoot(place).render(
  <StrictMode>
    <Console value={{ graph, live }}>
      <RouterProvider router={router} />
    </Console>
  </StrictMode>,
)
