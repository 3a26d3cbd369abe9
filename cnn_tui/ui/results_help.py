"""What the help says of the Results place."""

HELP = """
## Results
A row is a true class, a column what it was predicted as; hits stand in brackets on the diagonal. At the end of a row
is its recall, at the foot of a column its precision; `-` where nothing can be divided.
Walk with the arrows, `b` goes to the next worst cell, `/` finds a class by three letters of its name.
`enter` shows the images of a cell, the largest loss first. There `←` and `→` go on, `z` enlarges, `m` marks a wrong
label, `x` an image not to be used: the run's `marks.csv`, which `cnn-tui train --exclude` leaves out.

`n` shows counts or percentages of rows (recall), of columns (precision) or of all; `g` lightens small numbers or not.
`o` orders the classes: their own order, most images, most mistakes, confused ones side by side.
`f` keeps the most confused classes and folds the rest into `(other)`.
`t` walks through the epochs, `c` shows the difference to another run with McNemar's test.
`s` shows all scores, curves, calibration and threshold, `w` how the scores of this class come about, `e` exports.

A run that predicts **numbers** has a scatter instead: right answers lie on the dotted line. Below stand its scores and
every image, the largest errors first; `enter` or `]` shows the image, `o` lists too high or too low ones first, `n`
goes to the next number of the labels.

Scores are rounded to three decimals. The Galaxy tutorial cuts them instead: 967/990 = 0.9768 is 0.977 here, 0.97 there.
"""
