// Runs before the page is drawn, so that a page in the dark theme does not flash white.
const preferred = localStorage.getItem('theme');
const isDark = preferred === 'dark' || (preferred !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
