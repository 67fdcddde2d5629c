/** What a page can do beyond being read, where scripts run: copy the command, widen a picture, leave out types of messages, show all on paper. */
import { Html } from './html.ts'

/** Plain, and without a sign that XML would read as markup. */
export const SCRIPT = new Html(`
'use strict';
(function () {
  var make = function (name, text, attributes) {
    var element = document.createElement(name);
    element.textContent = text;
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    return element;
  };
  var button = function (text, act, attributes) {
    var element = make('button', text, Object.assign({ type: 'button' }, attributes));
    element.addEventListener('click', function () { act(element); });
    return element;
  };
  document.querySelectorAll('[data-copy]').forEach(function (source) {
    if (!navigator.clipboard) return;
    source.after(button('copy', function (element) {
      navigator.clipboard.writeText(source.textContent).then(function () { element.textContent = 'copied'; });
    }));
  });
  document.querySelectorAll('.scroll').forEach(function (box) {
    var picture = box.querySelector('svg');
    var zoom = 1;
    var tools = make('div', '', { class: 'tools' });
    var label = make('span', 'zoom 1', { 'aria-live': 'polite', class: 'note' });
    var set = function (next) {
      zoom = Math.min(16, Math.max(1, next));
      picture.style.width = (zoom * 100) + '%';
      label.textContent = 'zoom ' + zoom;
    };
    tools.append(button('wider', function () { set(zoom * 2); }), button('narrower', function () { set(zoom / 2); }), label);
    box.before(tools);
  });
  document.querySelectorAll('.moment').forEach(function (moment) {
    moment.querySelectorAll('[data-type]').forEach(function (item) {
      var type = item.getAttribute('data-type').split(' ');
      var toggle = button('', function (element) {
        var shown = element.getAttribute('aria-pressed') !== 'true';
        element.setAttribute('aria-pressed', String(shown));
        moment.querySelectorAll('.picture path[class~="' + type[0] + '"][class~="' + type[1] + '"]').forEach(function (line) { line.style.display = shown ? '' : 'none'; });
      }, { 'aria-pressed': 'true', title: 'show or hide' });
      toggle.append.apply(toggle, Array.from(item.childNodes));
      item.append(toggle);
    });
  });
  var closed = [];
  addEventListener('beforeprint', function () {
    closed = Array.from(document.querySelectorAll('details:not([open])'));
    closed.forEach(function (one) { one.open = true; });
  });
  addEventListener('afterprint', function () { closed.forEach(function (one) { one.open = false; }); });
})();
`)
