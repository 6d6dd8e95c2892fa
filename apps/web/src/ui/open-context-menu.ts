/** Opens the menu of whatever an element belongs to, at the element, as a click of the right button there would. */
export function openContextMenu(element: HTMLElement): void {
  const { left, bottom } = element.getBoundingClientRect();
  const at = { clientX: left + 8, clientY: bottom };
  element.dispatchEvent(new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}
