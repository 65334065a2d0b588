export function SetupTab() {
  return null;
}
