/** The style of the page with the API reference, for light and dark color schemes. */
export const docsStyle = `
:root{color-scheme:light dark;--paper:light-dark(#fff,#12151b);--soft:light-dark(#f4f6f9,#1b2029);--line:light-dark(#d6dae1,#353c49);--ink:light-dark(#172033,#e6e9ef);--quiet:light-dark(#556074,#a4adbd);--link:light-dark(#1450c8,#8ab4ff)}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem}
header,.columns{max-width:80rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem;padding-bottom:.5rem}
header p{max-width:50rem}
h1{margin:0 0 .5rem;font-size:2rem;line-height:1.2}
h1 small,h3 small{font-weight:400;font-size:.8em;color:var(--quiet)}
h2{margin:2.5rem 0 .25rem;font-size:1.4rem}
section:first-child h2{margin-top:.9rem}
h2+p{margin:0 0 .75rem;color:var(--quiet)}
h3{margin:1.25rem 0 .25rem;font-size:1rem}
h4{margin:.75rem 0 .25rem;font-size:.9rem;color:var(--quiet)}
pre{margin:0;padding:.6rem .8rem;overflow:auto;max-height:24rem;background:var(--soft);border-radius:6px}
pre code{overflow-wrap:normal}
.columns{display:grid;grid-template-columns:15rem minmax(0,1fr);gap:2.5rem;padding-bottom:4rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:1rem 0}
nav ul{list-style:none;margin:0;padding:0}
nav li{display:flex;justify-content:space-between;padding:.2rem 0;border-bottom:1px solid var(--line)}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
.count{color:var(--quiet);font-variant-numeric:tabular-nums}
.search{padding:.2rem .2rem .8rem}
label{display:block;font-size:.9rem;font-weight:600;margin-bottom:.3rem}
kbd{border:1px solid var(--line);border-radius:4px;padding:0 .4em;font:12px ui-monospace,monospace;background:var(--soft)}
input{width:100%;font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.4rem .6rem}
#found{margin:.4rem 0 0;font-size:.85rem;color:var(--quiet);min-height:1.4em}
details{border:1px solid var(--line);border-radius:8px;margin:.4rem 0;background:var(--paper)}
details[open]{border-color:var(--quiet)}
details:target{outline:2px solid var(--link)}
summary{display:flex;gap:.2rem .8rem;align-items:baseline;padding:.5rem .8rem;cursor:pointer;border-radius:8px}
summary:hover{background:var(--soft)}
summary::-webkit-details-marker{display:none}
.summary{color:var(--quiet);flex:1;min-width:40%}
details>div{padding:0 .9rem 1rem;border-top:1px solid var(--line)}
code{font:14px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.method{min-width:4.2rem;flex:none;text-align:center;font:600 12px/1.7 ui-monospace,monospace;border:1px solid;border-radius:4px;color:var(--quiet)}
.get{color:light-dark(#0b6b3a,#6fd39b)}
.post{color:light-dark(#1450c8,#8ab4ff)}
.put,.patch{color:light-dark(#8a5200,#f0b760)}
.delete{color:light-dark(#b3261e,#ff9a92)}
table{border-collapse:collapse;width:100%;font-size:.92rem;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
thead th{font-weight:600;color:var(--quiet);font-size:.85rem}
th[scope=row]{font-weight:400;white-space:nowrap}
td:last-child{width:50%;min-width:12rem}
.depth-1{padding-left:1.2rem}
.depth-2{padding-left:2.4rem}
@media(max-width:56rem){summary{flex-wrap:wrap}.summary{flex-basis:100%}.columns{display:block}nav{position:static;max-height:none}nav ul{columns:2;column-gap:2rem}h1{font-size:1.6rem}}
@media print{nav,.skip{display:none}.columns{display:block}}
`;

/**
 * The script of the page: filters the operations while the reader types, and opens the operation that a link names. The key "/"
 * moves the focus to the search field, and Escape clears the field.
 */
export const docsScript = `
const search=document.getElementById('search');
const found=document.getElementById('found');
const entries=[...document.querySelectorAll('details')].map((element)=>({element,text:(element.querySelector('summary').textContent+' '+element.querySelector('p').textContent).toLowerCase()}));
function find(){
  const words=search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count=0;
  for(const {element,text} of entries){
    const hit=words.every((word)=>text.includes(word));
    element.hidden=!hit;
    if(hit)count+=1;
  }
  for(const section of document.querySelectorAll('section'))section.hidden=!section.querySelector('details:not([hidden])');
  found.textContent=words.length===0?'':count+' of '+entries.length+' operations';
}
function open(){
  const named=document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if(named instanceof HTMLDetailsElement){named.open=true;named.scrollIntoView();}
}
search.parentElement.hidden=false;
search.addEventListener('input',find);
search.addEventListener('keydown',(event)=>{
  if(event.key==='Escape'){search.value='';find();}
  if(event.key==='Enter'){const first=entries.find(({element})=>!element.hidden);if(first){first.element.open=true;first.element.querySelector('summary').focus();}}
});
document.addEventListener('keydown',(event)=>{
  if(event.key==='/'&&document.activeElement!==search){event.preventDefault();search.focus();}
});
addEventListener('hashchange',open);
open();
`;
