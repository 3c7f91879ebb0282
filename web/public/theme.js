// Runs before the first paint, so that the chosen theme never flashes. ui/theme.ts keeps it afterwards.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('lighthouse.theme')
  } catch {}
  const light = matchMedia('(prefers-color-scheme: light)').matches
  document.documentElement.dataset.theme =
    chosen === 'light' || chosen === 'dark' ? chosen : light ? 'light' : 'dark'
})()
