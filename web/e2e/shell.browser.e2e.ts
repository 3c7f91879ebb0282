import { expect, open, test } from './world.js'

test('g and a letter go to each view', async ({ page, golden }) => {
  await open(page, golden, '/')
  for (const [key, heading] of [
    ['o', 'Operations'],
    ['d', 'Decisions'],
    ['w', 'Walk'],
    ['n', 'Now'],
  ] as const) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
  }
})

test('Ctrl-K finds a view, an operation and an action', async ({ page, golden }) => {
  await open(page, golden, '/')
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Find or do' })
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('ValidateCom')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'ValidateCommand' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('theme: light')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect(palette).toBeHidden()
})

test('a whole trace id in the palette opens its walk', async ({ page, golden }) => {
  await open(page, golden, '/')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('4bf92f3577b34da6a3ce929d0e0e1002')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/walk.*4bf92f3577b34da6a3ce929d0e0e1002/)
})

test('? lists the shortcuts, and Escape closes the list', async ({ page, golden }) => {
  await open(page, golden, '/')
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
  await expect(sheet).toContainText('Pause or resume live data')
  await expect(sheet).toBeFocused()
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(page).not.toHaveURL(/operations/)
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

test('the theme goes round by t, is kept, and follows the system until it is chosen', async ({
  page,
  golden,
}) => {
  await open(page, golden, '/')
  const html = page.locator('html')
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await expect(html).toHaveAttribute('data-theme', 'light')
  await page.keyboard.press('t')
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await page.reload()
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('t')
  await expect(html).toHaveAttribute('data-theme', 'light')
})

test('the rail folds and stays folded', async ({ page, golden }) => {
  await open(page, golden, '/')
  const rail = page.getByRole('navigation', { name: 'Views' })
  await expect(rail).toContainText('Keeper')
  await page.keyboard.press('[')
  await expect(rail).not.toContainText('Keeper')
  await page.reload()
  await expect(page.getByRole('button', { name: 'Unfold the rail' })).toBeVisible()
})

test('an absolute span is chosen by hand, in UTC or local time', async ({ page, golden }) => {
  await open(page, golden, '/')
  await page.getByRole('button', { name: /^Absolute span/ }).click()
  await page.getByLabel('From').fill('2026-11-20T10:00:00')
  await page.getByLabel('To').fill('2026-11-20T09:00:00')
  await expect(page.getByRole('alert')).toHaveText('The start is not before the end.')
  await page.getByLabel('To').fill('2026-11-20T11:30:00')
  await page.getByRole('button', { name: 'Show this span' }).click()
  await expect(page).toHaveURL(/from=.*2026-11-20T10.*to=.*2026-11-20T11/)
})

test('GraphiQL loads on its own route and answers a query', async ({ page, golden }) => {
  await page.goto(`${golden.url}/console/graphiql`)
  const run = page.getByRole('button', { name: /^Execute query/ })
  await run.waitFor({ timeout: 20_000 })
  // The button is there before the editor has its document, and runs nothing until then.
  await expect(page.locator('.graphiql-query-editor')).toContainText('OperationsTable', { timeout: 15_000 })
  await run.click()
  await expect(page.getByRole('region', { name: 'Result Window' })).toContainText('ArchiveWalks', {
    timeout: 15_000,
  })
})

test('an address without a view says so', async ({ page, golden }) => {
  await open(page, golden, '/nowhere')
  await expect(page.getByText('There is no view at this address.')).toBeVisible()
})
