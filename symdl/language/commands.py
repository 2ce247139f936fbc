"""The vocabulary: what each LaTeX command or Unicode character is to the parser, as tables."""

from __future__ import annotations

GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi varpi rho "
    "varrho sigma varsigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()

# Symbols that stand as letters. Those with a second spelling are mapped to the first.
LETTERS = {f"\\{name}": f"\\{name}" for name in GREEK} | {
    f"\\{name}": f"\\{name}"
    for name in (
        "partial nabla ell infty hbar imath jmath Re Im top bot star dagger ddagger emptyset forall exists wp"
    ).split()
}
LETTERS |= {
    "\\intercal": "\\top",
    "\\varnothing": "\\emptyset",
    "\\bigstar": "\\star",
    "\\colon": ":",
    "\\degree": "\\circ",
    "\\eps": "\\epsilon",
    "\\dag": "\\dagger",
}
BIG = {
    f"\\{n}": f"\\{n}" for n in "sum prod int iint iiint oint bigcup bigcap bigoplus bigotimes bigodot coprod".split()
}

# Operator names of TeX and its packages.
WORDS = {
    f"\\{name}": name
    for name in (
        "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan "
        "sinh cosh tanh coth det dim ker max min sup inf lim "
        "limsup liminf arg Pr gcd deg hom argmin argmax tr Tr diag softmax sigmoid ReLU relu Var Cov KL rank sign sgn "
        "erf logsumexp logdet Softmax trace softplus"
    ).split()
}
# Names that `\text{…}` gives to an operator; any other text is prose.
OPERATORS = frozenset(WORDS.values()) | frozenset(
    "arctanh artanh arsinh arcsinh arcosh arccosh expm mean var std cov vec kl floor ceil clip corr GELU gelu elu ELU "
    "LayerNorm LSE logit Re Im span null range grad div softmin argsort sort median mod Bernoulli Categorical Uniform "
    "Poisson Binomial Gamma Beta Exponential Laplace Dirichlet Cat Ber "
    "Bern Unif Normal OneHot onehot Attention Vec Diag "
    "const MSE CE BCE normalize concat Concat".split()
)

RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    "\\lt": "<",
    "\\gt": ">",
    "\\neq": "≠",
    "\\ne": "≠",
    "\\le": "≤",
    "\\leq": "≤",
    "\\leqslant": "≤",
    "\\leqq": "≤",
    "\\ge": "≥",
    "\\geq": "≥",
    "\\geqslant": "≥",
    "\\geqq": "≥",
    "\\succeq": "⪰",
    "\\succcurlyeq": "⪰",
    "\\preceq": "⪯",
    "\\preccurlyeq": "⪯",
    "\\succ": "≻",
    "\\prec": "≺",
    "\\approx": "≈",
    "\\simeq": "≈",
    "\\propto": "∝",
    "\\varpropto": "∝",
    "\\in": "∈",
    "\\notin": "∉",
    "\\sim": "~",
    "\\perp": "⊥",
    "\\to": "→",
    "\\rightarrow": "→",
    "\\longrightarrow": "→",
    "\\equiv": "≡",
    "\\coloneqq": ":=",
    "\\coloneq": ":=",
    "\\defeq": ":=",
    "\\triangleq": ":=",
    "\\eqdef": ":=",
    "\\vcentcolon=": ":=",
    "\\doteq": ":=",
    "\\mapsto": "↦",
    "\\longmapsto": "↦",
    "\\subset": "⊂",
    "\\subseteq": "⊂",
    "\\gets": "←",
    "\\leftarrow": "←",
    "\\ll": "≪",
    "\\gg": "≫",
    "\\lesssim": "≲",
    "\\gtrsim": "≳",
    "\\cong": "≅",
}
NEGATED = {"=": "≠", "∈": "∉", "≡": "≢"}  # after \not

LOGIC = {
    "\\implies": "implies",
    "\\Rightarrow": "implies",
    "\\Longrightarrow": "implies",
    "\\therefore": "implies",
    "\\iff": "iff",
    "\\Leftrightarrow": "iff",
    "\\Longleftrightarrow": "iff",
    "\\impliedby": "impliedby",
    "\\Leftarrow": "impliedby",
    "\\Longleftarrow": "impliedby",
}
SUMS = {"+": "+", "-": "-", "\\pm": "pm", "\\mp": "mp", "\\setminus": "setminus", "\\cup": "cup", "\\cap": "cap"}
PRODUCTS = {
    "/": "/",
    "*": "ast",
    "\\ast": "ast",
    "\\div": "/",
    "\\slash": "/",
    "\\cdot": "cdot",
    "\\cdotp": "cdot",
    "\\bullet": "cdot",
    "\\times": "times",
    "\\odot": "odot",
    "\\circ": "circ",
    "\\oslash": "oslash",
    "\\otimes": "otimes",
    "\\oplus": "oplus",
    "\\bmod": "mod",
}
DOTS = frozenset("\\dots \\cdots \\ldots \\vdots \\ddots \\dotsc \\dotsb \\dotsm \\dotsi \\dotso".split())

OPENERS = {
    "(": "(",
    "[": "[",
    "\\{": "{",
    "\\lbrace": "{",
    "\\lbrack": "[",
    "\\langle": "<",
    "\\lfloor": "floor",
    "\\lceil": "ceil",
    "\\lvert": "|",
    "\\lVert": "‖",
}
CLOSERS = {
    ")": "(",
    "]": "[",
    "\\}": "{",
    "\\rbrace": "{",
    "\\rbrack": "[",
    "\\rangle": "<",
    "\\rfloor": "floor",
    "\\rceil": "ceil",
    "\\rvert": "|",
    "\\rVert": "‖",
}
BARS = {"|": "|", "\\vert": "|", "\\|": "‖", "\\Vert": "‖"}

# Font commands; upright ones make a word of several letters.
FONTS = {
    f"\\{name}": name
    for name in "mathbf boldsymbol bm mathcal mathbb mathrm mathsf mathit mathtt mathscr mathfrak mathnormal".split()
} | {
    "\\pmb": "boldsymbol",
    "\\mathds": "mathbb",
    "\\mathbbm": "mathbb",
    "\\Bbb": "mathbb",
    "\\symbf": "mathbf",
    "\\symrm": "mathrm",
    "\\symup": "mathrm",
    "\\symsf": "mathsf",
    "\\symit": "mathit",
    "\\mathbfit": "boldsymbol",
}
UPRIGHT = frozenset(("mathrm", "mathsf", "mathit", "mathtt", "operatorname"))
SWITCHES = {
    "\\bf": "\\mathbf",
    "\\rm": "\\mathrm",
    "\\it": "\\mathit",
    "\\sf": "\\mathsf",
    "\\tt": "\\mathtt",
    "\\cal": "\\mathcal",
    "\\bfseries": "\\mathbf",
    "\\boldmath": "\\boldsymbol",
}
ACCENTS = {
    f"\\{name}": name
    for name in "hat bar tilde dot ddot vec overline check breve acute grave mathring underline".split()
} | {
    "\\widehat": "hat",
    "\\widetilde": "tilde",
    "\\widebar": "overline",
    "\\overrightarrow": "vec",
}
TEXTS = frozenset(
    "\\text \\textrm \\mbox \\textnormal \\textit \\textbf \\textsf \\texttt \\hbox \\textup \\textsc \\emph".split()
)
TEXT_FONTS = {"\\textbf": "\\mathbf", "\\textit": "\\mathit", "\\textsf": "\\mathsf", "\\emph": "\\mathit"}
FRACTIONS = frozenset("\\frac \\dfrac \\tfrac \\cfrac \\nicefrac \\sfrac \\xfrac".split())

# Spacing and layout without meaning.
DROPPED = frozenset(
    """\\, \\; \\: \\! \\> \\  \\/ ~ \\thinspace \\medspace \\thickspace \\negthinspace \\enspace \\enskip
    \\limits \\nolimits \\displaylimits \\displaystyle \\textstyle \\scriptstyle \\scriptscriptstyle \\nonumber \\notag
    \\allowbreak \\nobreak \\relax \\mathstrut \\strut \\null \\centering \\noindent \\small \\footnotesize \\large
    \\normalsize \\scriptsize \\tiny \\mathord \\mathbin \\mathrel \\mathopen \\mathclose \\mathpunct
    \\mathinner \\hfill
    \\hfil \\par \\protect \\ensuremath \\qedhere \\hline \\toprule \\bottomrule \\midrule \\normalfont \\upshape
    \\unboldmath \\break \\linebreak \\pagebreak \\newline \\medskip \\smallskip \\bigskip \\mskip""".split()
) | {"\\\n", "\\\t", "\\\r", "\\ "}
SEPARATORS = frozenset(("\\quad", "\\qquad"))
SIZES = frozenset(f"\\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))

# What opens files, changes how TeX reads, or runs code: never read.
FORBIDDEN = frozenset(
    """\\input \\include \\includeonly \\includegraphics \\write \\immediate \\openin \\openout \\closein
    \\closeout \\read
    \\readline \\catcode \\csname \\endcsname \\directlua \\latelua \\luaexec \\special \\usepackage \\RequirePackage
    \\documentclass \\everymath \\everydisplay \\expandafter \\noexpand \\edef \\xdef \\uppercase
    \\lowercase \\scantokens
    \\InputIfFileExists \\lstinputlisting \\verbatiminput \\import \\subimport \\loop \\iftrue \\iffalse \\ifx
    \\if \\ifnum
    \\else \\fi \\shipout \\pdfobj \\pdfliteral \\mathcode \\ShellEscape \\jobname \\makeatletter
    \\futurelet \\afterassignment
    \\aftergroup \\global \\toks \\count \\dimen \\advance \\multiply \\divide""".split()
)

MATRICES = frozenset("matrix bmatrix pmatrix Bmatrix vmatrix Vmatrix smallmatrix cases dcases rcases array".split())
ALIGNED = frozenset("aligned split gathered alignedat equation equation* align align* gather gather* multline".split())

CONNECTIVES = frozenset(
    "and|,|;|and,|, and|and hence|and so|and thus|and therefore|and also|and then|as well as|"
    "or equivalently|or, equivalently,|equivalently|that is|that is,|i.e.|i.e.,".split("|")
)
# A text that begins with one of these starts a clause of its own.
CLAUSES = frozenset(
    "for if when where with otherwise else since because as so such whenever unless given provided by using thus hence "
    "therefore then while iff holds from note subject s.t. w.r.t. on in assuming".split()
)
