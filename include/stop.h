/* A signal that asks the program to end: SIGINT (^C), SIGHUP (the terminal is gone) or SIGTERM. It is only recorded, so
 * that results so far can be reported first. */
#ifndef HOPCHECK_STOP_H
#define HOPCHECK_STOP_H

/* From now on the first signal is recorded; a second one ends the process at once, and the kernel ends its children
 * with it. A signal that was ignored, as by nohup, stays ignored. */
void stop_catch(void);
/* For a child that ends with its runner: a terminal sends its signals to both. */
void stop_ignore(void);
/* The first that came; 0: none. */
int stop_signal(void);
/* For poll(): readable for good once a signal came; -1 before stop_catch(). */
int stop_fd(void);
/* What to exit with: 128 and the signal that came, as a shell has it; else `code`. */
int stop_exit_code(int code);

#endif
