/** Ends what the setup started. */
export default async function tearDown(): Promise<void> {
  await globalThis.timepointTestStores?.close();
}
