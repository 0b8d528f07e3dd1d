/* MKL asks this of itself to choose its kernels, and answers no on other makers' processors, which
   then run generic ones. Loaded first, this answer stands instead:

       cc -O2 -shared -fPIC -o intel_check.so intel_check.c
       LD_PRELOAD=./intel_check.so python3 ... */
int mkl_serv_intel_cpu_true(void) { return 1; }
