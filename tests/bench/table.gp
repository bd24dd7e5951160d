# table.gp: draws the figures that `bench --data FILE table` writes.
#
#   gnuplot -c table.gp FILE PICTURE
#
# FILE holds a block for each kind of operation: its title, then lines of the
# number of live handles and the median time of each rival.
set terminal svg size 1200,760 font 'sans-serif,13' background '#ffffff'
set output ARG2

stats ARG1 nooutput
rivals = STATS_columns - 1
blocks = int(STATS_blocks)
heading(b) = system(sprintf("sed -n 's/^# //p' '%s' | sed -n %dp", ARG1, b))

array name[3] = ['table (ref/table.c)', 'floor (loads and stores)', 'slotmap (Rust, inlined)']
array color[3] = ['#0969da', '#818b98', '#bc4c00']
set multiplot layout 2,3 margins 0.045,0.985,0.06,0.88 spacing 0.045,0.13 \
  title 'Nanoseconds per operation, by the number of live handles' font ',18'
set logscale x 2
set logscale y 10
set grid ytics lc '#d1d9e0'
set border 3 lc '#59636e'
set tics nomirror
set xrange [48:1500000]
set xtics ('64' 64, '1 k' 1024, '16 k' 16384, '256 k' 262144, '1 M' 1048576)
set key top left Left reverse samplen 2
do for [b = 1:blocks] {
  set title heading(b)
  plot for [i = 1:rivals] ARG1 index b - 1 using 1:(column(i + 1)) \
    with linespoints lw 2 pt 7 ps 0.4 lc rgb color[i] title name[i]
}
